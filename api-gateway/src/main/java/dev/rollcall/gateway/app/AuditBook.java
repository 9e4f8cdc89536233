package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.AuditLine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** The newest records of the audit; older ones are on their topic only. For any thread. */
public final class AuditBook {

    private final int most;
    private final Deque<AuditLine> lines = new ArrayDeque<>();

    /** @param most how many are kept, 1 or more */
    public AuditBook(int most) {
        this.most = most;
    }

    public synchronized void add(AuditLine line) {
        if (lines.size() == most) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    /** How many are kept at most. */
    public int most() {
        return most;
    }

    /** Those that are wanted, in the order in which they were read. */
    public synchronized List<AuditLine> find(Predicate<AuditLine> wanted) {
        List<AuditLine> found = new ArrayList<>();
        for (AuditLine line : lines) {
            if (wanted.test(line)) {
                found.add(line);
            }
        }
        return found;
    }
}
