package dev.rollcall.schemas.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.AuditDecision;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.AuditSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AuditHashTest {

    private static final Instant AT = Instant.parse("2026-01-31T12:00:00Z");

    private static AuditRecord.Builder record() {
        return AuditRecord.newBuilder()
                .setEventId("r-1")
                .setCausedBy("e-1")
                .setOccurredAt(AT)
                .setNumber(7)
                .setPreviousHash("ab")
                .setPreviousOccurredAt(AT.minusSeconds(1))
                .setHash("")
                .setEntry(entry().build());
    }

    private static AuditEntry.Builder entry() {
        return AuditEntry.newBuilder()
                .setEventId("e-1")
                .setOccurredAt(AT)
                .setUser("zoë")
                .setFrom("10.0.0.1")
                .setAction("RESTART")
                .setClusterId("pay")
                .setTaskId("t-1")
                .setDecision(AuditDecision.ALLOWED)
                .setDetail("why")
                .setSource(AuditSource.GATEWAY)
                .setOutcome("202")
                .setTraceParent("00-1-2-01");
    }

    @Test
    void shouldBeTheHashOfTheTextThatTheJavadocDescribes() throws Exception {
        AuditRecord small = AuditRecord.newBuilder()
                .setEventId("r")
                .setOccurredAt(Instant.ofEpochMilli(5))
                .setNumber(1)
                .setPreviousHash(AuditHash.NONE)
                .setHash("whatever")
                .setEntry(AuditEntry.newBuilder()
                        .setEventId("é")
                        .setOccurredAt(Instant.ofEpochMilli(4))
                        .setAction("SIGN_IN")
                        .setDecision(AuditDecision.DENIED)
                        .build())
                .build();
        String text =
                "entry=65:{action=7:SIGN_IN;decision=6:DENIED;eventId=2:é;occurredAt=1:4;};eventId=1:r;number=1:1;"
                        + "occurredAt=1:5;previousHash=64:" + AuditHash.NONE + ";";

        assertThat(AuditHash.of(small))
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8))));
    }

    static Stream<Consumer<AuditRecord.Builder>> changes() {
        return Stream.of(
                record -> record.setEventId("r-2"),
                record -> record.setCausedBy("e-2"),
                record -> record.setOccurredAt(AT.plusMillis(1)),
                record -> record.setNumber(8),
                record -> record.setPreviousHash("ac"),
                record -> record.setPreviousOccurredAt(AT),
                record -> record.setEntry(entry().setUser("zoe").build()),
                record -> record.setEntry(entry().setUser(null).build()),
                record -> record.setEntry(entry().setFrom("10.0.0.2").build()),
                record -> record.setEntry(entry().setAction("SIGN_IN").build()),
                record -> record.setEntry(entry().setClusterId("pax").build()),
                record -> record.setEntry(entry().setTaskId(null).build()),
                record -> record.setEntry(
                        entry().setDecision(AuditDecision.DENIED).build()),
                record -> record.setEntry(entry().setCode("IAM11000").build()),
                record -> record.setEntry(entry().setDetail("").build()),
                record -> record.setEntry(entry().setSource(AuditSource.TOPIC).build()),
                record -> record.setEntry(entry().setOutcome("409").build()),
                // One field's end moved into the next.
                record -> record.setEntry(entry().setTaskId("t-1;user=1:x").build()));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void shouldChangeWithEveryField(Consumer<AuditRecord.Builder> change) {
        AuditRecord.Builder changed = record();
        change.accept(changed);

        assertThat(AuditHash.of(changed.build())).isNotEqualTo(AuditHash.of(record().build()));
    }
}
