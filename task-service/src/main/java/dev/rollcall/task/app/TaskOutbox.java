package dev.rollcall.task.app;

import dev.rollcall.task.domain.OdpRow;
import dev.rollcall.task.domain.TaskSummary;
import dev.rollcall.task.domain.TimelineEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where what people see goes, in one transaction with what is kept. */
public interface TaskOutbox {

    void send(TaskSummary summary, long version, @Nullable String causedBy, Instant at);

    void send(OdpRow row, long version, @Nullable String causedBy, Instant at);

    void send(TimelineEvent event, @Nullable String causedBy);
}
