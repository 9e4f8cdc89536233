package dev.rollcall.gateway.adapter.console;

import java.util.List;
import java.util.function.Function;

/**
 * A part of a page that is replaced when what it shows has changed.
 *
 * @param id of its element in the page, in letters that need no escaping in a selector
 * @param fragment of a template, as {@code template :: fragment}, which gets {@code model} as {@code it} and gives its element this id
 * @param model what it shows; two equal models look the same
 * @param rows parts within it that can be replaced alone, as long as it has the same ones in the same order; then {@code model} is
 *     not looked at
 */
record Piece(String id, String fragment, Object model, List<Piece> rows) {

    Piece {
        rows = List.copyOf(rows);
    }

    static Piece of(String id, String fragment, Object model) {
        return new Piece(id, fragment, model, List.of());
    }

    /** A list whose lines can be replaced alone. */
    static <R> Piece list(String id, String whole, String line, List<R> lines, Function<R, String> key) {
        return new Piece(
                id,
                whole,
                lines,
                lines.stream().map(each -> of(key.apply(each), line, each)).toList());
    }

    boolean hasRows() {
        return !rows.isEmpty();
    }
}
