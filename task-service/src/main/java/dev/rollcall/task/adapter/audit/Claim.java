package dev.rollcall.task.adapter.audit;

import dev.rollcall.schemas.AuditDecision;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditSource;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControlRequested;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a request's own record says of itself: true in what it asks, a mere claim in who asked.
 *
 * @param traceParent trace context in the record's header; null without one
 */
record Claim(AuditEntry.Builder entry, @Nullable String traceParent) {

    private static final int LONGEST_DETAIL = 1_000;

    /** Null when the record is no request. */
    static @Nullable Claim of(SpecificRecord record, @Nullable String traceParent) {
        AuditEntry.Builder entry = AuditEntry.newBuilder()
                .setDecision(AuditDecision.UNKNOWN)
                .setSource(AuditSource.TOPIC)
                .setTraceParent(traceParent);
        if (record instanceof RestartRequested restart) {
            entry.setEventId(restart.getEventId())
                    .setOccurredAt(restart.getOccurredAt())
                    .setUser(restart.getRequestedBy())
                    .setFrom(restart.getRequestedFrom().orElse(null))
                    .setAction(restart.getMode().name())
                    .setClusterId(restart.getClusterId())
                    .setTaskId(restart.getTaskId())
                    .setDetail(detail(restart.getReason()));
        } else if (record instanceof TaskControlRequested control) {
            entry.setEventId(control.getEventId())
                    .setOccurredAt(control.getOccurredAt())
                    .setUser(control.getRequestedBy())
                    .setFrom(control.getRequestedFrom().orElse(null))
                    .setAction(control.getControl().name())
                    .setClusterId(control.getClusterId())
                    .setTaskId(control.getTaskId())
                    .setDetail(
                            detail(control.getOdpId().map(odp -> "ODP " + odp).orElse("")));
        } else if (record instanceof ClusterChangeRequested change) {
            entry.setEventId(change.getEventId())
                    .setOccurredAt(change.getOccurredAt())
                    .setUser(change.getRequestedBy())
                    .setFrom(change.getRequestedFrom().orElse(null))
                    .setAction("CLUSTER_" + change.getKind().name())
                    .setClusterId(change.getClusterId());
        } else {
            return null;
        }
        return new Claim(entry, traceParent);
    }

    private static String detail(String text) {
        return text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) : text;
    }

    /** Whether a gateway's entry, of which this much is known, is about this very request. */
    boolean isVouchedForBy(String user, String cluster) {
        return Objects.equals(entry.getUser(), user) && Objects.equals(entry.getClusterId(), cluster);
    }
}
