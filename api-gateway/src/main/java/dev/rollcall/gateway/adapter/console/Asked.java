package dev.rollcall.gateway.adapter.console;

import java.util.List;
import java.util.Locale;
import org.springframework.util.MultiValueMap;

/** What stands in the address or the form of a request; what is missing or malformed is as if it were not there. */
final class Asked {

    private final MultiValueMap<String, String> values;

    Asked(MultiValueMap<String, String> values) {
        this.values = values;
    }

    /** A text without blanks around it; empty when it is not there. */
    String text(String name) {
        String value = values.getFirst(name);
        return value == null ? "" : value.strip();
    }

    List<String> texts(String name) {
        return values.getOrDefault(name, List.of());
    }

    boolean flag(String name) {
        return !text(name).isEmpty();
    }

    /** Number of a page, from 1. */
    int page() {
        try {
            return Math.max(1, Integer.parseInt(text("page")));
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** A constant by its name; {@code otherwise} when there is none of this name. */
    <E extends Enum<E>> E oneOf(String name, Class<E> type, E otherwise) {
        String text = text(name).toUpperCase(Locale.ROOT);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        return otherwise;
    }
}
