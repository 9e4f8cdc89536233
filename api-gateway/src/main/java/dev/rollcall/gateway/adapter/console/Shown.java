package dev.rollcall.gateway.adapter.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one browser has been sent of a live page, so that only what has changed is sent again. Not for several threads. */
final class Shown {

    private final Map<String, Object> models = new HashMap<>();

    /** The pieces that have to be sent so that the browser shows these ones; they count as sent from then on. */
    List<Piece> changed(List<Piece> pieces) {
        List<Piece> changed = new ArrayList<>();
        for (Piece piece : pieces) {
            boolean whole = note(piece.id(), structure(piece));
            if (whole) {
                changed.add(piece);
            }
            for (Piece row : piece.rows()) {
                if (note(row.id(), row.model()) && !whole) {
                    changed.add(row);
                }
            }
        }
        return changed;
    }

    private static Object structure(Piece piece) {
        return piece.hasRows() ? piece.rows().stream().map(Piece::id).toList() : piece.model();
    }

    private boolean note(String id, Object model) {
        return !model.equals(models.put(id, model));
    }
}
