package dev.rollcall.task.app;

import dev.rollcall.task.domain.EarlyResults;
import dev.rollcall.task.domain.OdpEntry;
import dev.rollcall.task.domain.TaskEntry;
import dev.rollcall.task.domain.TaskId;
import dev.rollcall.task.domain.TaskView;
import dev.rollcall.task.domain.Timer;
import java.time.Instant;
import java.util.List;

/** What is kept; all writes of one fact become visible together. */
public interface TaskStore extends TaskView {

    void save(TaskEntry task);

    void save(OdpEntry odp);

    void save(EarlyResults early);

    void removeEarly(TaskId taskId);

    void removeTask(TaskId taskId);

    /**
     * Forgets ODPs of a task.
     *
     * @param most at most so many
     * @return how many were forgotten; fewer than asked when none is left
     */
    int removeOdps(TaskId taskId, int most);

    void arm(Timer timer);

    void disarm(Timer timer);

    /** Timers that are due, in order of their time; reads nothing else. */
    List<Timer> due(Instant now, int most);
}
