package dev.rollcall.gateway.adapter.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rollcall.gateway.domain.Failure;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One ODP of a task as JSON. */
record TaskOdpDocument(
        String odp,
        String zone,
        int batch,
        TaskOdpState state,
        @Nullable String step,
        int attempts,
        @Nullable String message,
        @JsonProperty("old") TaskOdp.@Nullable Incarnation before,
        @JsonProperty("new") TaskOdp.@Nullable Incarnation after,
        @Nullable Boolean inherited,
        boolean businessPathChecked,
        @Nullable Long clientsBefore,
        @Nullable Long clientsCut,
        @Nullable Instant precheckedAt,
        @Nullable Instant startedAt,
        @Nullable Instant stoppedAt,
        @Nullable Instant servingAt,
        @Nullable Instant drainedAt,
        @Nullable Instant answeredAt,
        @Nullable Instant finishedAt,
        @Nullable Failure failure) {

    static TaskOdpDocument of(TaskOdp row) {
        return new TaskOdpDocument(
                row.odp().value(),
                row.zone(),
                row.batch(),
                row.state(),
                row.step(),
                row.attempts(),
                row.message(),
                row.before(),
                row.after(),
                row.inherited(),
                row.businessPathChecked(),
                row.clientsBefore(),
                row.clientsCut(),
                row.times().prechecked(),
                row.startedAt(),
                row.times().stopped(),
                row.servingAt(),
                row.times().drained(),
                row.times().answered(),
                row.finishedAt(),
                row.failure());
    }
}
