package dev.rollcall.planner.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of ODP such as 4.3.1.0, compared number by number; what is missing counts as 0. */
record OdpVersion(List<Integer> numbers) implements Comparable<OdpVersion> {
    static final String FORM = "[0-9]{1,6}(\\.[0-9]{1,6}){0,5}";
    private static final Pattern LEADING_NUMBERS = Pattern.compile("^\\s*([0-9]{1,6}(?:\\.[0-9]{1,6}){0,5})");

    /** Empty when the text does not begin with a version. */
    static Optional<OdpVersion> parse(String text) {
        Matcher matcher = LEADING_NUMBERS.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        List<Integer> numbers = new ArrayList<>();
        for (String number : matcher.group(1).split("\\.", -1)) {
            numbers.add(Integer.parseInt(number));
        }
        return Optional.of(new OdpVersion(List.copyOf(numbers)));
    }

    /** Whether this is the version named, to as many numbers as are named. */
    boolean isA(OdpVersion named) {
        return numbers.size() >= named.numbers.size()
                && numbers.subList(0, named.numbers.size()).equals(named.numbers);
    }

    @Override
    public int compareTo(OdpVersion other) {
        int length = Math.max(numbers.size(), other.numbers.size());
        for (int i = 0; i < length; i++) {
            int mine = i < numbers.size() ? numbers.get(i) : 0;
            int theirs = i < other.numbers.size() ? other.numbers.get(i) : 0;
            if (mine != theirs) {
                return Integer.compare(mine, theirs);
            }
        }
        return 0;
    }
}
