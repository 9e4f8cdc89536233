package dev.rollcall.standalone.app;

import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.audit.AuditHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks the audit chains, one a partition, record by record in the order of their log. It finds what was changed, taken out, put in or
 * put elsewhere; what was cut off at the end it finds by anchors: checkpoints, or heads that somebody kept elsewhere. Not for several
 * threads.
 */
public final class AuditCheck {

    /**
     * Where a chain has been before.
     *
     * @param origin who says so, in words
     */
    public record Anchor(int partition, long number, String hash, String origin) {}

    /** How far a chain goes. */
    public record Head(int partition, long first, long last, String hash) {}

    private static final class Chain {
        private long first;
        private long last;
        private String hash = AuditHash.NONE;
    }

    private final Map<Integer, List<Anchor>> anchors;
    private final @Nullable Instant keptSince;
    private final Map<Integer, Chain> chains = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * @param anchors where the chains must have been
     * @param keptSince retention takes nothing that is younger; null when it is not known
     */
    public AuditCheck(List<Anchor> anchors, @Nullable Instant keptSince) {
        this.anchors = anchors.stream().collect(Collectors.groupingBy(Anchor::partition));
        this.keptSince = keptSince;
    }

    /** The next record of a partition. */
    public void next(int partition, long offset, AuditRecord record) {
        Chain chain = chains.get(partition);
        String where = "partition %d, offset %d, record %d".formatted(partition, offset, record.getNumber());
        if (!AuditHash.of(record).equals(record.getHash())) {
            faults.add(where + ": CHANGED, its content does not give its hash");
        }
        if (chain == null) {
            chain = new Chain();
            chain.first = record.getNumber();
            chains.put(partition, chain);
            begins(where, record);
        } else if (record.getNumber() <= chain.last) {
            faults.add("%s: OUT OF PLACE, it stands behind record %d; it was put in or moved"
                    .formatted(where, chain.last));
            return;
        } else if (record.getNumber() > chain.last + 1) {
            faults.add("%s: MISSING, records %d to %d before it are gone"
                    .formatted(where, chain.last + 1, record.getNumber() - 1));
        } else if (!record.getPreviousHash().equals(chain.hash)) {
            faults.add(where + ": BROKEN, it does not follow the record before it; one of the two was replaced");
        }
        chain.last = record.getNumber();
        chain.hash = record.getHash();
        for (Anchor anchor : anchors.getOrDefault(partition, List.of())) {
            if (anchor.number() == record.getNumber()) {
                if (!anchor.hash().equals(record.getHash())) {
                    faults.add("%s: REPLACED, %s knows it with another hash".formatted(where, anchor.origin()));
                }
            }
        }
    }

    private void begins(String where, AuditRecord record) {
        if (record.getNumber() == 1) {
            if (!record.getPreviousHash().equals(AuditHash.NONE)) {
                faults.add(where + ": BROKEN, the first record names one before it");
            }
            return;
        }
        Instant before = record.getPreviousOccurredAt().orElse(null);
        if (before != null && keptSince != null && before.isAfter(keptSince)) {
            faults.add(
                    "%s: MISSING, records up to %d are gone, although the last of them was chained at %s, which retention does not take yet"
                            .formatted(where, record.getNumber() - 1, before));
        }
    }

    /** A record that is no audit record at all. */
    public void unreadable(int partition, long offset, String why) {
        faults.add("partition %d, offset %d: CHANGED, it cannot be read: %s".formatted(partition, offset, why));
    }

    /** All that is wrong, once everything was read; empty when nothing is. */
    public List<String> faults() {
        List<String> all = new ArrayList<>(faults);
        anchors.values()
                .forEach(ofPartition -> ofPartition.forEach(anchor -> {
                    Chain chain = chains.get(anchor.partition());
                    if (chain == null || chain.last < anchor.number()) {
                        all.add("partition %d: MISSING, the chain ends at record %d, but %s knows record %d"
                                .formatted(
                                        anchor.partition(),
                                        chain == null ? 0 : chain.last,
                                        anchor.origin(),
                                        anchor.number()));
                    }
                }));
        return all;
    }

    /** How far each chain goes. */
    public List<Head> heads() {
        return chains.entrySet().stream()
                .map(entry ->
                        new Head(entry.getKey(), entry.getValue().first, entry.getValue().last, entry.getValue().hash))
                .toList();
    }
}
