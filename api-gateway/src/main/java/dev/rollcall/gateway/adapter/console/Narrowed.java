package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.domain.Page;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a list is narrowed to, as its address says it, and which page of it is shown.
 *
 * @param path of the page the list is on
 * @param by what each field of the filter says; empty: the field narrows nothing
 */
record Narrowed(String path, Map<String, String> by, int page) {

    Narrowed {
        by = Collections.unmodifiableMap(new LinkedHashMap<>(by));
    }

    static Narrowed of(String path, Asked asked, String... names) {
        Map<String, String> by = new LinkedHashMap<>();
        for (String name : names) {
            by.put(name, asked.text(name));
        }
        return new Narrowed(path, by, asked.page());
    }

    String text(String name) {
        return by.getOrDefault(name, "");
    }

    /** Whether a text has in it, in capitals or not, what this field says. */
    boolean matches(String name, String... texts) {
        String wanted = text(name).toLowerCase(Locale.ROOT);
        for (String text : texts) {
            if (text.toLowerCase(Locale.ROOT).contains(wanted)) {
                return true;
            }
        }
        return wanted.isEmpty();
    }

    /** The constant that a field names; null when it names none. */
    <E extends Enum<E>> @Nullable E one(String name, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text(name))) {
                return constant;
            }
        }
        return null;
    }

    /** The address of the same list with other values for some fields. */
    String with(Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>(by);
        all.putAll(others);
        return Paging.address(path, all, page);
    }

    /** Address of the live stream of this list. */
    String live() {
        return Paging.address("/live" + path, by, page);
    }

    /** What the filter and the paging of the page show. */
    Map<String, Object> model(Page<?> shown) {
        Map<String, Object> model = new LinkedHashMap<>(by);
        model.put("filtered", by.values().stream().anyMatch(value -> !value.isEmpty()));
        model.put("paging", Paging.of(shown, path, by));
        return model;
    }
}
