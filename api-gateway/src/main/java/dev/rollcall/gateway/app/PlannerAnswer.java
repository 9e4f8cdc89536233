package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.TaskId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the planner said to one request.
 *
 * @param eventId id of the event that says so; what the task-service makes of it names that id as its cause
 * @param applied whether it did what was asked
 * @param revision of the cluster, for a change of a definition: the one stored, or the one there is (0: none)
 * @param activeTask the task that was in the way; null when none was
 */
public record PlannerAnswer(
        String eventId,
        boolean applied,
        long revision,
        List<Rejection> rejections,
        @Nullable TaskId activeTask,
        String message) {

    public PlannerAnswer {
        rejections = List.copyOf(rejections);
    }
}
