package dev.rollcall.emulator.config;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is fixed about one configuration.
 *
 * @param level {@code USER}, {@code SYS}, {@code MEMORY} or {@code virtual}; a MEMORY value is not read back at start
 * @param range as ODP prints it, empty for none
 * @param configLevel {@code LEVEL_GLOBAL} or {@code LEVEL_VIP}, empty for virtual ones
 */
public record ConfigItem(
        String name, String defaultValue, boolean needReboot, String level, String range, String configLevel) {

    /** Whether the value lives in memory only. */
    public boolean memoryOnly() {
        return level.equals("MEMORY") || virtual();
    }

    /** Whether this is no configuration, but something ODP lists among them. */
    public boolean virtual() {
        return level.equals("virtual");
    }

    /** Whether SQL gives this one as a plain password, which is then kept as its SHA-1. */
    public boolean password() {
        return name.equals("obproxy_sys_password") || name.startsWith("observer_sys_password");
    }

    ValueType type() {
        return password() ? ValueType.TEXT : ValueType.of(defaultValue, range);
    }

    /** Whether ODP would take this text as a value. */
    boolean accepts(String text) {
        ValueType type = type();
        if (type == ValueType.TEXT) {
            return true;
        }
        OptionalLong value = type.parse(text);
        Optional<ValueRange> bounds = ValueRange.parse(range, type);
        return value.isPresent() && (bounds.isEmpty() || bounds.get().contains(value.getAsLong()));
    }
}
