package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.TaskId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something asked of a task, to be published.
 *
 * @param odp the ODP that is meant; null for the whole task
 * @param taskVersion version of the task that the decision was made on; null: whatever it is
 * @param planVersion version of the planner's plan at that version of the task, which the planner checks; null: whatever it is
 */
public record ControlRequest(
        String eventId,
        Instant at,
        TaskId task,
        ClusterId cluster,
        Control control,
        @Nullable OdpId odp,
        @Nullable Long taskVersion,
        @Nullable Long planVersion,
        Requester requester) {}
