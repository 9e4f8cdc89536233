package dev.rollcall.gateway.domain;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Versions of ODP: numbers with dots, such as 4.3.1.0, read as the planner reads them; what follows the numbers is left aside. */
public record Version(List<BigInteger> numbers) implements Comparable<Version> {

    /** Orders texts by the numbers in them; texts without numbers come first. */
    static final Comparator<String> BY_NUMBERS = Comparator.comparing(
                    (String text) -> parse(text), Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Comparator.naturalOrder());

    private static final Pattern FORM =
            Pattern.compile("\\s*([0-9]{1,6}(?:\\.[0-9]{1,6}){0,5})(?![0-9]).*", Pattern.DOTALL);

    public Version {
        numbers = List.copyOf(numbers);
    }

    /** The version in a text, or null when there is none. */
    public static @Nullable Version parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        List<BigInteger> numbers = new ArrayList<>();
        for (String number : matcher.group(1).split("\\.", -1)) {
            numbers.add(new BigInteger(number));
        }
        return new Version(numbers);
    }

    /** The version in a text that must have one. */
    public static Version of(String text) {
        Version version = parse(text);
        if (version == null) {
            throw new IllegalArgumentException("Not a version such as 3.2.1: '" + text + "'");
        }
        return version;
    }

    @Override
    public int compareTo(Version other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int order = number(i).compareTo(other.number(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private BigInteger number(int index) {
        return index < numbers.size() ? numbers.get(index) : BigInteger.ZERO;
    }

    @Override
    public String toString() {
        return String.join(".", numbers.stream().map(BigInteger::toString).toList());
    }
}
