package dev.rollcall.gateway.domain;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a definition may say of how an ODP is reached and started. What is wrong in the defaults is told once, and as being there. */
final class LaunchForm {
    static final String DEFAULT_LAUNCHER = "obproxy";
    private static final String COMMAND = "command";
    private static final String DEFAULTS = "defaults.";
    private static final int MOST_WORDS = 32;
    private static final int MOST_VARIABLES = 32;
    /** Of commands and environment together: a definition is in each command to an agent, and in a script of each. */
    private static final int LONGEST = 8_192;

    private static final Pattern LAUNCHER =
            Pattern.compile("obproxy|obd|obshell|rpm|command|systemd:[A-Za-z0-9_][A-Za-z0-9:_.@\\\\-]{0,199}");
    private static final String HOP =
            "([A-Za-z_][A-Za-z0-9._-]{0,31}@)?([A-Za-z0-9_]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,15})?])(:[1-9][0-9]{0,4})?";
    private static final Pattern JUMP = Pattern.compile(HOP + "(," + HOP + "){0,3}");
    private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9._-]{0,31}");
    private static final Pattern WORD = Pattern.compile("[^\\p{Cntrl}]{0,1024}");
    private static final Pattern PROGRAM = Pattern.compile("(?=[^-])[^\\p{Cntrl}]*/[^\\p{Cntrl}]+");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
    /** The ODP takes passwords from its environment, and what is said here goes through topics. */
    private static final Pattern SECRET = Pattern.compile(".*(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL).*");
    /** With these an ODP takes itself for the successor of one that hands its socket over. */
    private static final String INHERITED = "OBPROXY_INHERITED_";

    private final OdpSettings own;
    private final OdpSettings all;
    private final String at;
    private final Faults faults;

    /**
     * @param own what the ODP's own entry says
     * @param all the same with the defaults filled in
     * @param at prefix of the entry's fields
     */
    LaunchForm(OdpSettings own, OdpSettings all, String at, Faults faults) {
        this.own = own;
        this.all = all;
        this.at = at;
        this.faults = faults;
    }

    String launcher() {
        String launcher = faults.optional(
                field("launcher", own.launcher(), all.launcher()), all.launcher(), LAUNCHER, Text.FORM_LAUNCHER);
        return launcher == null ? DEFAULT_LAUNCHER : launcher;
    }

    @Nullable
    String sshJump() {
        return faults.optional(field("ssh.jump", own.sshJump(), all.sshJump()), all.sshJump(), JUMP, Text.FORM_JUMP);
    }

    @Nullable
    String runAs() {
        return faults.optional(field("runAs", own.runAs(), all.runAs()), all.runAs(), USER, Text.FORM_USER);
    }

    List<String> startCommand() {
        String field = field("startCommand", own.startCommand(), all.startCommand());
        List<String> words = all.startCommand();
        if (COMMAND.equals(all.launcher()) && (words == null || words.isEmpty())) {
            faults.add(field, Text.COMMAND_REQUIRED);
        }
        return command(field, words);
    }

    List<String> stopCommand() {
        return command(field("stopCommand", own.stopCommand(), all.stopCommand()), all.stopCommand());
    }

    private List<String> command(String field, @Nullable List<String> words) {
        if (words == null || words.isEmpty()) {
            return List.of();
        }
        if (!COMMAND.equals(all.launcher())) {
            faults.add(field, Text.COMMAND_UNUSED);
        }
        if (words.size() > MOST_WORDS) {
            faults.add(field, Text.LIST_TOO_LONG, MOST_WORDS, words.size());
            return List.of();
        }
        faults.optional(field + "[0]", words.get(0), PROGRAM, Text.FORM_PROGRAM);
        for (int i = 0; i < words.size(); i++) {
            faults.optional(field + "[" + i + "]", words.get(i), WORD, Text.FORM_WORD);
        }
        return words;
    }

    Map<String, String> environment() {
        Map<String, String> variables = all.environment() == null ? Map.of() : all.environment();
        if (variables.size() > MOST_VARIABLES) {
            faults.add(
                    field("environment", own.environment(), all.environment()),
                    Text.LIST_TOO_LONG,
                    MOST_VARIABLES,
                    variables.size());
            return Map.of();
        }
        int length = length(all.startCommand()) + length(all.stopCommand());
        length += length(variables.keySet()) + length(variables.values());
        if (length > LONGEST) {
            faults.add(field("environment", own.environment(), variables), Text.LAUNCH_TOO_LONG, LONGEST, length);
        }
        variables.forEach((name, value) -> {
            boolean isOwn = own.environment() != null && own.environment().containsKey(name);
            String field = (isOwn ? at : DEFAULTS) + "environment." + name;
            if (!VARIABLE.matcher(name).matches() || name.startsWith(INHERITED)) {
                faults.add(field, Text.VARIABLE_FORM, INHERITED);
            } else if (SECRET.matcher(name.toUpperCase(Locale.ROOT)).matches()) {
                faults.add(field, Text.VARIABLE_SECRET);
            }
            faults.optional(field, value, WORD, Text.FORM_WORD);
        });
        return variables;
    }

    private static int length(@Nullable Collection<String> texts) {
        return texts == null ? 0 : texts.stream().mapToInt(String::length).sum();
    }

    private String field(String name, @Nullable Object ownValue, @Nullable Object value) {
        return (ownValue == null && value != null ? DEFAULTS : at) + name;
    }
}
