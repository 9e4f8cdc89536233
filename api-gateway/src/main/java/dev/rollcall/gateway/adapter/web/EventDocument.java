package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An event of a task as JSON; batch and attempt are null where there is none. */
record EventDocument(
        String id,
        String task,
        String cluster,
        Instant at,
        long sequence,
        String type,
        TaskState state,
        @Nullable TaskPhase phase,
        @Nullable String odp,
        @Nullable Integer batch,
        @Nullable Integer attempt,
        @Nullable String code,
        @Nullable String actor,
        String message) {

    static EventDocument of(TimelineEvent event) {
        OdpId odp = event.odp();
        return new EventDocument(
                event.position().toString(),
                event.task().value(),
                event.cluster().value(),
                event.at(),
                event.sequence(),
                event.type(),
                event.state(),
                event.phase() == TaskPhase.UNKNOWN ? null : event.phase(),
                odp == null ? null : odp.value(),
                event.batch() == 0 ? null : event.batch(),
                event.attempt() == 0 ? null : event.attempt(),
                event.code(),
                event.actor(),
                event.message());
    }
}
