package dev.rollcall.agent.domain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a script and its arguments get into a shell on a host without anything but numbers and a plain user name on the command line, which a login
 * shell of any kind interprets: both travel on standard input, by length.
 *
 * @param command what to execute
 * @param input what to send first; more may follow for the script itself to read
 */
public record Bootstrap(String command, String input) {
    /** What the shell says, behind the nonce, when sudo did not let it become the user that the ODP runs as. */
    public static final String SUDO_REFUSED = "sudo refused";

    public static Bootstrap of(String script, String nonce, String mode, Odp odp, List<String> arguments) {
        List<String> values = new ArrayList<>(List.of(
                nonce,
                mode,
                odp.home(),
                Integer.toString(odp.sqlPort()),
                String.format(Locale.ROOT, "%04X", odp.sqlPort())));
        values.addAll(arguments);
        // A worker that the script starts runs the same text with arguments of its own.
        String text = "[ -n \"$rc_worker\" ] || " + ShellWords.positional(values) + "\n" + launching(odp) + script;
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        String runAs = odp.launch().runAs();
        if (runAs == null) {
            return new Bootstrap(
                    "exec /bin/sh -c 'rc_worker=; rc_text=$(head -c " + length + "); eval \"$rc_text\"'", text);
        }
        // What was sent is read to its end also by a shell that may not, so that its answer is not lost with the
        // connection.
        return new Bootstrap(
                "exec /bin/sh -c 'sudo -n -u " + runAs + " -- /bin/sh -c \"rc_worker=; rc_text=\\$(head -c " + length
                        + "); eval \\\"\\$rc_text\\\"\" || { echo " + nonce + " " + SUDO_REFUSED
                        + "; cat >/dev/null; }'",
                text);
    }

    /** How this ODP is started, as the script reads it. A command is a function around one literal word after the other. */
    private static String launching(Odp odp) {
        Launcher launcher = Launcher.of(odp.launcher()).orElse(null);
        Launch launch = odp.launch();
        StringBuilder text = new StringBuilder();
        text.append("rc_launcher=")
                .append(launcher == null ? "''" : launcher.kind().word())
                .append("\nrc_unit=")
                .append(ShellWords.quote(launcher == null ? "" : launcher.unit()))
                .append("\nrc_can_stop=")
                .append(launch.stopCommand().isEmpty() ? "" : "1")
                .append("\nrc_environment() {\n:\n");
        launch.environment()
                .forEach((name, value) -> text.append("export ")
                        .append(name)
                        .append('=')
                        .append(ShellWords.quote(value))
                        .append('\n'));
        return text.append("}\n")
                .append(function("rc_start_command", launch.startCommand()))
                .append(function("rc_stop_command", launch.stopCommand()))
                .toString();
    }

    private static String function(String name, List<String> command) {
        return name + "() {\n"
                + (command.isEmpty()
                        ? "false"
                        : "exec "
                                + command.stream()
                                        .map(ShellWords::quote)
                                        .collect(java.util.stream.Collectors.joining(" ")))
                + "\n}\n";
    }
}
