package dev.rollcall.gateway.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a task.
 *
 * @param position where it stands on its topic; orders the events of one task
 * @param causedBy id of the event that it came from; null when a timer brought it
 * @param type name of the kind of event
 * @param taskVersion version of the task after it
 * @param last whether the task ended with it
 */
public record TimelineEvent(
        Position position,
        TaskId task,
        ClusterId cluster,
        @Nullable String causedBy,
        Instant at,
        long sequence,
        String type,
        TaskState state,
        TaskPhase phase,
        long taskVersion,
        @Nullable OdpId odp,
        int batch,
        int attempt,
        @Nullable String code,
        @Nullable String actor,
        String message,
        boolean last) {

    /** Partition and offset on the topic of task events. */
    public record Position(int partition, long offset) {

        /** Its text, the id of a server-sent event. */
        @Override
        public String toString() {
            return partition + "-" + offset;
        }

        /** Reads such a text; null when it is none. */
        public static @Nullable Position parse(String text) {
            int dash = text.indexOf('-');
            if (dash < 1 || text.length() > 32) {
                return null;
            }
            try {
                int partition = Integer.parseInt(text.substring(0, dash));
                long offset = Long.parseLong(text.substring(dash + 1));
                return partition < 0 || offset < 0 ? null : new Position(partition, offset);
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }
}
