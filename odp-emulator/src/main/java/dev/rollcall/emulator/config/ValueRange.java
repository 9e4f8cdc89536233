package dev.rollcall.emulator.config;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The range of a configuration as ODP prints it, e.g. {@code [1s,30d]}, {@code (1024,65536)} or {@code [0,]}.
 *
 * @param low lowest value in base units, empty for none
 * @param high highest value in base units, empty for none
 */
record ValueRange(ValueType type, OptionalLong low, boolean lowIncluded, OptionalLong high, boolean highIncluded) {

    /**
     * Reads a printed range.
     *
     * @return empty when the text is empty: the configuration has no range
     */
    static Optional<ValueRange> parse(String text, ValueType type) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String[] bounds = text.substring(1, text.length() - 1).split(",", -1);
        if (bounds.length != 2) {
            throw new IllegalArgumentException("Not a range: '" + text + "'");
        }
        return Optional.of(new ValueRange(
                type, bound(bounds[0], type), text.startsWith("["), bound(bounds[1], type), text.endsWith("]")));
    }

    private static OptionalLong bound(String text, ValueType type) {
        return text.isBlank() ? OptionalLong.empty() : type.parse(text.strip());
    }

    boolean contains(long value) {
        boolean highEnough = low.isEmpty() || (lowIncluded ? value >= low.getAsLong() : value > low.getAsLong());
        boolean lowEnough = high.isEmpty() || (highIncluded ? value <= high.getAsLong() : value < high.getAsLong());
        return highEnough && lowEnough;
    }
}
