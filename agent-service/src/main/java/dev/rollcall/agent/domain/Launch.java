package dev.rollcall.agent.domain;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a launcher needs to know beside its name.
 *
 * @param runAs user that the ODP runs as; null: the SSH user
 * @param startCommand program and arguments; empty but for the launcher {@code command}
 * @param stopCommand program and arguments; empty: by signal
 */
public record Launch(
        @Nullable String runAs, List<String> startCommand, List<String> stopCommand, Map<String, String> environment) {

    private static final Pattern USER = Pattern.compile("[A-Za-z_][A-Za-z0-9._-]{0,31}");
    private static final Pattern VARIABLE = Pattern.compile("(?!OBPROXY_INHERITED_)[A-Za-z_][A-Za-z0-9_]{0,63}");
    private static final int LONGEST = 8_192;

    /** Nothing beside the name. */
    public static final Launch PLAIN = new Launch(null, List.of(), List.of(), Map.of());

    public Launch {
        startCommand = List.copyOf(startCommand);
        stopCommand = List.copyOf(stopCommand);
        environment = Map.copyOf(environment);
    }

    /** Why it cannot be worked with, in words; null when it can. What is put into a shell unquoted is plain after this. */
    @Nullable
    String flaw() {
        if (runAs != null && !USER.matcher(runAs).matches()) {
            return "runAs is not the name of a user";
        }
        for (String name : environment.keySet()) {
            if (!VARIABLE.matcher(name).matches()) {
                return "an environment variable has a name that cannot be one";
            }
        }
        int length = 0;
        for (List<String> texts : List.of(
                startCommand, stopCommand, List.copyOf(environment.keySet()), List.copyOf(environment.values()))) {
            for (String text : texts) {
                if (text.chars().anyMatch(c -> c < ' ' || c == 127)) {
                    return "a word of a command, or the value of an environment variable, has control characters";
                }
                length += text.length();
            }
        }
        return length > LONGEST
                ? "commands and environment are " + length + " characters long; at most " + LONGEST + " are possible"
                : null;
    }
}
