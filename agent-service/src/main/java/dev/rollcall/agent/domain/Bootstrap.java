package dev.rollcall.agent.domain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How a script and its arguments get into a shell on a host without anything but numbers on the command line, which a login shell of any
 * kind interprets: both travel on standard input, by length.
 *
 * @param command what to execute
 * @param input what to send first; more may follow for the script itself to read
 */
public record Bootstrap(String command, String input) {
    public static Bootstrap of(String script, String nonce, String mode, Odp odp, List<String> arguments) {
        List<String> values = new ArrayList<>(List.of(nonce, mode, odp.home(), Integer.toString(odp.sqlPort())));
        values.addAll(arguments);
        String line = ShellWords.positional(values) + "\n";
        int scriptLength = script.getBytes(StandardCharsets.UTF_8).length;
        int lineLength = line.getBytes(StandardCharsets.UTF_8).length;
        return new Bootstrap(
                "exec /bin/sh -c 'rc_text=$(head -c " + scriptLength + "); rc_args=$(head -c " + lineLength
                        + "); eval \"$rc_args\"; eval \"$rc_text\"'",
                script + line);
    }
}
