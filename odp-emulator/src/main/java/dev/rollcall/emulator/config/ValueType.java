package dev.rollcall.emulator.config;

import java.util.Locale;
import java.util.OptionalLong;

/** How the text of a configuration value is read. */
enum ValueType {
    /** Anything. */
    TEXT,
    /** {@code True} or {@code False}; several spellings are taken. */
    BOOL,
    /** A whole number. */
    INT,
    /** A time; the base unit is the microsecond, a bare number means seconds. */
    TIME,
    /** A size; the base unit is the byte. */
    CAPACITY;

    /** The type of a configuration, told from its default and its range. */
    static ValueType of(String defaultValue, String range) {
        if (defaultValue.equals("True") || defaultValue.equals("False")) {
            return BOOL;
        }
        String all = defaultValue + ' ' + range;
        if (all.matches(".*\\d(KB|MB|GB|K|M|G|T|B)\\b.*")) {
            return CAPACITY;
        }
        if (all.matches(".*\\d(us|ms|s|m|h|d)\\b.*")) {
            return TIME;
        }
        return range.isEmpty() && !defaultValue.matches("-?\\d{1,18}") ? TEXT : INT;
    }

    /**
     * Reads a value as a number in base units.
     *
     * @return empty when the text is no value of this type; always empty for {@link #TEXT}
     */
    OptionalLong parse(String text) {
        return switch (this) {
            case TEXT -> OptionalLong.empty();
            case BOOL -> parseBool(text);
            case INT -> scaled(text, "", 1);
            case TIME -> parseTime(text);
            case CAPACITY -> parseCapacity(text);
        };
    }

    /** The text ODP shows for an accepted value. */
    String shown(String text) {
        if (this == BOOL) {
            return parseBool(text).orElse(0) == 1 ? "True" : "False";
        }
        return text;
    }

    private static OptionalLong parseBool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "on", "yes", "y", "1" -> OptionalLong.of(1);
            case "false", "f", "off", "no", "n", "0" -> OptionalLong.of(0);
            default -> OptionalLong.empty();
        };
    }

    private static OptionalLong parseTime(String text) {
        String unit = text.replaceFirst("^[0-9]+", "");
        return switch (unit) {
            case "us" -> scaled(text, unit, 1);
            case "ms" -> scaled(text, unit, 1_000);
            case "", "s" -> scaled(text, unit, 1_000_000);
            case "m" -> scaled(text, unit, 60_000_000L);
            case "h" -> scaled(text, unit, 3_600_000_000L);
            case "d" -> scaled(text, unit, 86_400_000_000L);
            default -> OptionalLong.empty();
        };
    }

    private static OptionalLong parseCapacity(String text) {
        String unit = text.replaceFirst("^[0-9]+", "");
        return switch (unit.toUpperCase(Locale.ROOT)) {
            case "", "B" -> scaled(text, unit, 1);
            case "K", "KB" -> scaled(text, unit, 1L << 10);
            case "M", "MB" -> scaled(text, unit, 1L << 20);
            case "G", "GB" -> scaled(text, unit, 1L << 30);
            case "T", "TB" -> scaled(text, unit, 1L << 40);
            default -> OptionalLong.empty();
        };
    }

    private static OptionalLong scaled(String text, String unit, long factor) {
        String digits = text.substring(0, text.length() - unit.length());
        if (!digits.matches("-?[0-9]{1,18}")) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Math.multiplyExact(Long.parseLong(digits), factor));
        } catch (ArithmeticException tooLarge) {
            return OptionalLong.empty();
        }
    }
}
