package dev.rollcall.agent.domain;

import java.util.List;

/** Puts values into a POSIX shell script so that the shell takes them literally, whatever they contain. */
public final class ShellWords {
    private ShellWords() {}

    /**
     * One word. Inside single quotes a POSIX shell interprets nothing, so only the quote itself has to leave them.
     *
     * @throws IllegalArgumentException for a NUL, which no argument can carry
     */
    public static String quote(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("A shell argument cannot contain NUL");
        }
        return "'" + value.replace("'", "'\\''") + "'";
    }

    /**
     * A line that sets the positional parameters; the first one is their number, by which the script sees that
     * the line came whole.
     */
    public static String positional(List<String> values) {
        StringBuilder line = new StringBuilder("set -- ").append(values.size() + 1);
        for (String value : values) {
            line.append(' ').append(quote(value));
        }
        return line.toString();
    }
}
