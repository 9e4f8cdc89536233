package dev.rollcall.gateway.domain;

import java.util.List;

/**
 * A sentence that is not yet in any language: a text with what has to be put into it.
 *
 * @param with values for its places; a {@link Text} or {@link Words} among them is put into the same language
 */
public record Words(Text text, List<Object> with) {

    public Words {
        with = List.copyOf(with);
    }

    public static Words of(Text text, Object... with) {
        return new Words(text, List.of(with));
    }
}
