package dev.rollcall.gateway.app;

import dev.rollcall.gateway.app.PositionVector.LogPartition;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What changed lately, and which record said so: for who comes back and wants to know what happened since. Each thing is kept once for
 * each log that tells of it, at its latest record; the oldest are forgotten when there are too many, and from then on nobody can be
 * told what happened before. For any thread.
 */
final class RecentChanges {

    private record Said(Change change, LogPartition log) {}

    private final int most;
    private final Map<Said, Long> offsets = new LinkedHashMap<>();
    private final Map<LogPartition, Long> forgottenBefore = new HashMap<>();

    RecentChanges(int most) {
        this.most = most;
    }

    synchronized void add(Change change, LogPartition log, long offset) {
        Said said = new Said(change, log);
        // Removed first, so that it moves to the end.
        offsets.remove(said);
        offsets.put(said, offset);
        if (offsets.size() > most) {
            Iterator<Map.Entry<Said, Long>> oldest = offsets.entrySet().iterator();
            Map.Entry<Said, Long> forgotten = oldest.next();
            forgottenBefore.merge(forgotten.getKey().log(), forgotten.getValue() + 1, Math::max);
            oldest.remove();
        }
    }

    /** Everything that changed from a position on; null when some of that is forgotten. */
    synchronized @Nullable Set<Change> since(PositionVector position) {
        for (Map.Entry<LogPartition, Long> forgotten : forgottenBefore.entrySet()) {
            if (position.next(forgotten.getKey()) < forgotten.getValue()) {
                return null;
            }
        }
        Set<Change> changes = new LinkedHashSet<>();
        offsets.forEach((said, offset) -> {
            if (offset >= position.next(said.log())) {
                changes.add(said.change());
            }
        });
        return changes;
    }
}
