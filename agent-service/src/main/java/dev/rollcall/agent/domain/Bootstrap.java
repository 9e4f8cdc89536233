package dev.rollcall.agent.domain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a script and its arguments get into a shell on a host without anything but numbers on the command line, which a login shell of any
 * kind interprets: both travel on standard input, by length.
 *
 * @param command what to execute
 * @param input what to send first; more may follow for the script itself to read
 */
public record Bootstrap(String command, String input) {
    public static Bootstrap of(String script, String nonce, String mode, Odp odp, List<String> arguments) {
        List<String> values = new ArrayList<>(List.of(
                nonce,
                mode,
                odp.home(),
                Integer.toString(odp.sqlPort()),
                String.format(Locale.ROOT, "%04X", odp.sqlPort())));
        values.addAll(arguments);
        // A worker that the script starts runs the same text with arguments of its own.
        String text = "[ -n \"$rc_worker\" ] || " + ShellWords.positional(values) + "\n" + script;
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return new Bootstrap(
                "exec /bin/sh -c 'rc_worker=; rc_text=$(head -c " + length + "); eval \"$rc_text\"'", text);
    }
}
