package dev.rollcall.planner.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a task that ended, so that a late repetition of its request is not taken for a new one.
 *
 * @param words how it ended, for refusing controls
 * @param sequence number of its last plan event
 * @param until when it may be forgotten
 * @param lastControl event id of the control that was answered last
 */
public record EndedTask(
        TaskId taskId,
        ClusterId clusterId,
        String words,
        long sequence,
        Instant until,
        @Nullable String lastControl) {}
