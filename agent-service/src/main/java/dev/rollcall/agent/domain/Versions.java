package dev.rollcall.agent.domain;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares versions of ODPs, such as 4.3.1.0 or 4.3.1.0-1.el7. */
public final class Versions {
    private static final Pattern NUMBERS = Pattern.compile("\\d+(?:\\.\\d+)*");

    private Versions() {}

    /** Whether both are the same, without the build that some ways of asking add, and without zeros at the end, which some leave out. */
    public static boolean same(String one, String other) {
        return numbers(one).equals(numbers(other));
    }

    /** Whether {@code running} is what was expected, to as many numbers as that has. */
    public static boolean meets(String running, String expected) {
        String wanted = leading(expected);
        String found = leading(running);
        return found.equals(wanted) || found.startsWith(wanted + ".") || same(found, wanted);
    }

    private static String leading(String version) {
        Matcher m = NUMBERS.matcher(version.strip());
        return m.lookingAt() ? m.group() : version.strip();
    }

    private static List<String> numbers(String version) {
        return List.of(leading(version).replaceFirst("(\\.0+)+$", "").split("\\."));
    }
}
