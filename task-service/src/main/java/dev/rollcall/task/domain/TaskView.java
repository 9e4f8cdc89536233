package dev.rollcall.task.domain;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is known before the next fact; reading only. */
public interface TaskView {

    @Nullable
    TaskEntry task(TaskId taskId);

    @Nullable
    OdpEntry odp(TaskId taskId, OdpId odpId);

    @Nullable
    EarlyResults early(TaskId taskId);

    /** All ODPs of a task in the order of their ids. Costs as much as the task has ODPs: for its end only. */
    void eachOdp(TaskId taskId, Consumer<OdpEntry> consumer);
}
