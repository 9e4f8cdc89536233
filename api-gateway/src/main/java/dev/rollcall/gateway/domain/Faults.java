package dev.rollcall.gateway.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects everything that is wrong with a form, so that its author hears of all of it at once. Not for several threads. */
final class Faults {

    private final List<Fault> all = new ArrayList<>();

    void add(String field, Text text, Object... with) {
        add(Fault.of(field, text, with));
    }

    /** Once: what is wrong in the defaults would else be told again for each ODP. */
    void add(Fault fault) {
        if (!all.contains(fault)) {
            all.add(fault);
        }
    }

    /** Checks a text that must be there. */
    String required(String field, @Nullable String value, Pattern form, Text formInWords) {
        if (value == null) {
            add(field, Text.FIELD_REQUIRED);
            return "";
        }
        return form(field, value, form, formInWords);
    }

    /** Checks a text that may be left out. */
    @Nullable
    String optional(String field, @Nullable String value, Pattern form, Text formInWords) {
        return value == null ? null : form(field, value, form, formInWords);
    }

    private String form(String field, String value, Pattern form, Text formInWords) {
        if (!form.matcher(value).matches()) {
            add(field, Text.FIELD_FORM, formInWords);
        }
        return value;
    }

    /** Checks free text: bounded, and without control characters but line breaks and tabs. */
    String prose(String field, @Nullable String value, int longest) {
        if (value == null) {
            return "";
        }
        if (value.length() > longest) {
            add(field, Text.FIELD_TOO_LONG, longest, value.length());
        }
        if (value.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r')) {
            add(field, Text.FIELD_CONTROL_CHARACTERS);
        }
        return value;
    }

    int number(String field, @Nullable Integer value, int otherwise, int lowest, int highest) {
        if (value == null) {
            return otherwise;
        }
        if (value < lowest || value > highest) {
            add(field, Text.FIELD_RANGE, lowest, highest);
        }
        return value;
    }

    <T> Checked<T> orElse(Supplier<T> value) {
        return all.isEmpty() ? new Checked.Valid<>(value.get()) : new Checked.Invalid<>(all);
    }
}
