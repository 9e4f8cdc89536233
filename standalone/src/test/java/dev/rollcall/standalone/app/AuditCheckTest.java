package dev.rollcall.standalone.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.AuditDecision;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.audit.AuditHash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditCheckTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final int LENGTH = 6;

    private final List<AuditRecord> chain = new ArrayList<>();

    @BeforeEach
    void chain() {
        AuditRecord before = null;
        for (int number = 1; number <= LENGTH; number++) {
            before = signed(AuditRecord.newBuilder()
                    .setEventId("r-" + number)
                    .setOccurredAt(START.plusSeconds(number))
                    .setNumber(number)
                    .setPreviousHash(before == null ? AuditHash.NONE : before.getHash())
                    .setPreviousOccurredAt(before == null ? null : before.getOccurredAt())
                    .setHash("")
                    .setEntry(AuditEntry.newBuilder()
                            .setEventId("e-" + number)
                            .setOccurredAt(START)
                            .setUser("alice")
                            .setAction("RESTART")
                            .setDecision(AuditDecision.ALLOWED)
                            .build()));
            chain.add(before);
        }
    }

    private static AuditRecord signed(AuditRecord.Builder record) {
        return record.setHash(AuditHash.of(record.build())).build();
    }

    private List<String> faults(@Nullable Instant keptSince, AuditCheck.Anchor... anchors) {
        AuditCheck check = new AuditCheck(List.of(anchors), keptSince);
        for (int offset = 0; offset < chain.size(); offset++) {
            check.next(0, offset, chain.get(offset));
        }
        return check.faults();
    }

    private AuditRecord forged(int index) {
        AuditRecord record = chain.get(index);
        return AuditRecord.newBuilder(record)
                .setEntry(AuditEntry.newBuilder(record.getEntry())
                        .setUser("mallory")
                        .build())
                .build();
    }

    @Test
    void shouldFindNothingInAWholeChain() {
        assertThat(faults(START)).isEmpty();
    }

    @Test
    void shouldFindAChangedRecord() {
        chain.set(2, forged(2));

        assertThat(faults(START)).singleElement().asString().contains("offset 2, record 3", "CHANGED");
    }

    @Test
    void shouldFindAChangedRecordWhoseHashWasMadeToFit() {
        AuditRecord forged = forged(2);
        chain.set(2, signed(AuditRecord.newBuilder(forged)));

        assertThat(faults(START)).singleElement().asString().contains("record 4", "BROKEN");
    }

    @Test
    void shouldFindAMissingRecord() {
        chain.remove(3);

        assertThat(faults(START)).singleElement().asString().contains("record 5", "MISSING", "4 to 4");
    }

    @Test
    void shouldFindRecordsInTheWrongOrder() {
        chain.add(2, chain.remove(3));

        assertThat(faults(START)).anySatisfy(fault -> assertThat(fault).contains("record 3", "OUT OF PLACE"));
    }

    @Test
    void shouldFindAnInsertedRecord() {
        chain.add(3, signed(AuditRecord.newBuilder(forged(2))));

        assertThat(faults(START)).singleElement().asString().contains("offset 3, record 3", "OUT OF PLACE");
    }

    @Test
    void shouldFindAMissingEndByACheckpoint() {
        AuditRecord last = chain.remove(LENGTH - 1);

        assertThat(faults(START)).isEmpty();
        assertThat(faults(START, new AuditCheck.Anchor(0, LENGTH, last.getHash(), "the checkpoint")))
                .singleElement()
                .asString()
                .contains("MISSING", "ends at record 5", "record 6");
        assertThat(faults(START, new AuditCheck.Anchor(1, 3, last.getHash(), "the checkpoint")))
                .as("a partition that is gone altogether")
                .singleElement()
                .asString()
                .contains("partition 1", "ends at record 0");
    }

    @Test
    void shouldFindAChainThatWasWrittenAnewByWhatWasKeptElsewhere() {
        assertThat(faults(START, new AuditCheck.Anchor(0, 4, AuditHash.NONE, "kept.txt")))
                .singleElement()
                .asString()
                .contains("record 4", "REPLACED", "kept.txt");
        assertThat(faults(START, new AuditCheck.Anchor(0, 4, chain.get(3).getHash(), "kept.txt")))
                .isEmpty();
    }

    @Test
    void shouldAcceptThatRetentionCutTheHeadButNothingElse() {
        chain.subList(0, 3).clear();

        assertThat(faults(START.plusSeconds(3))).isEmpty();
        assertThat(faults(START)).singleElement().asString().contains("record 4", "MISSING", "retention");
    }

    @Test
    void shouldTellWhatCannotBeRead() {
        AuditCheck check = new AuditCheck(List.of(), null);
        check.unreadable(2, 7, "magic byte");

        assertThat(check.faults()).singleElement().asString().contains("partition 2, offset 7", "magic byte");
    }
}
