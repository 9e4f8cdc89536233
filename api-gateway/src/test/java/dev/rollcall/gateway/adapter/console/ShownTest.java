package dev.rollcall.gateway.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShownTest {

    private final Shown shown = new Shown();

    private static Piece table(String... rows) {
        return new Piece(
                "table",
                "f :: table",
                List.of(rows),
                Stream.of(rows)
                        .map(row -> Piece.of(row.substring(0, 1), "f :: row", row))
                        .toList());
    }

    @Test
    void shouldSendEverythingAtFirstAndNothingWhenNothingChanged() {
        List<Piece> pieces = List.of(Piece.of("head", "f :: head", "1"), table("a1", "b1"));

        assertThat(shown.changed(pieces)).extracting(Piece::id).containsExactly("head", "table");
        assertThat(shown.changed(pieces)).isEmpty();
    }

    @Test
    void shouldSendOnlyTheRowThatChanged() {
        shown.changed(List.of(table("a1", "b1")));

        assertThat(shown.changed(List.of(table("a1", "b2"))))
                .extracting(Piece::id)
                .containsExactly("b");
    }

    @Test
    void shouldSendTheWholeTableWhenARowComesGoesOrMoves() {
        shown.changed(List.of(table("a1", "b1")));

        assertThat(shown.changed(List.of(table("a1", "b1", "c1"))))
                .extracting(Piece::id)
                .containsExactly("table");
        assertThat(shown.changed(List.of(table("c1", "a1", "b1"))))
                .extracting(Piece::id)
                .containsExactly("table");
        assertThat(shown.changed(List.of(table("a1")))).extracting(Piece::id).containsExactly("table");
    }

    @Test
    void shouldSendATableThatBecameEmptyOnce() {
        shown.changed(List.of(table("a1")));

        assertThat(shown.changed(List.of(table()))).extracting(Piece::id).containsExactly("table");
        assertThat(shown.changed(List.of(table()))).isEmpty();
        assertThat(shown.changed(List.of(table("a1")))).extracting(Piece::id).containsExactly("table");
    }

    @Test
    void shouldSendARowAgainThatWasAwayInBetween() {
        shown.changed(List.of(table("a1", "b1")));
        shown.changed(List.of(table("a1")));
        shown.changed(List.of(table("a1", "b1")));

        assertThat(shown.changed(List.of(table("a1", "b2"))))
                .extracting(Piece::id)
                .containsExactly("b");
    }
}
