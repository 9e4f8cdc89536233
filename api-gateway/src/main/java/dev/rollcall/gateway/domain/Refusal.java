package dev.rollcall.gateway.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why something is not done, by a rule.
 *
 * @param odps ODPs that block; empty when it is not about single ones
 * @param activeTask the task that is in the way; null when none is
 */
public record Refusal(
        Code code, Words words, List<OdpId> odps, @Nullable Task activeTask) {

    public Refusal {
        odps = List.copyOf(odps);
    }

    static Refusal of(Code code, Text text, Object... with) {
        return new Refusal(code, Words.of(text, with), List.of(), null);
    }
}
