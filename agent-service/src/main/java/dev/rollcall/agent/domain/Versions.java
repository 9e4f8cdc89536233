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

    /** Whether {@code version} is {@code least} or later; a part that is missing counts as 0. */
    public static boolean atLeast(String version, String least) {
        String[] found = leading(version).split("\\.", -1);
        String[] wanted = leading(least).split("\\.", -1);
        for (int i = 0; i < Math.max(found.length, wanted.length); i++) {
            int order = compare(i < found.length ? found[i] : "0", i < wanted.length ? wanted[i] : "0");
            if (order != 0) {
                return order > 0;
            }
        }
        return true;
    }

    /** Compares two numbers of any length. */
    private static int compare(String one, String other) {
        String left = one.replaceFirst("^0+(?=.)", "");
        String right = other.replaceFirst("^0+(?=.)", "");
        return left.length() == right.length() ? left.compareTo(right) : Integer.compare(left.length(), right.length());
    }

    private static String leading(String version) {
        Matcher m = NUMBERS.matcher(version.strip());
        return m.lookingAt() ? m.group() : version.strip();
    }

    private static List<String> numbers(String version) {
        return List.of(leading(version).replaceFirst("(\\.0+)+$", "").split("\\."));
    }
}
