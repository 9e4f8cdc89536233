package dev.rollcall.task.app;

import dev.rollcall.task.domain.OdpId;
import dev.rollcall.task.domain.OdpRow;
import dev.rollcall.task.domain.RowState;
import dev.rollcall.task.domain.TaskSummary;
import dev.rollcall.task.domain.TimelineEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps what was sent, and checks what holds for every sending: versions rise by one, and each record differs. */
public final class RecordingOutbox implements TaskOutbox {

    /** One state of an ODP, and another one that it was shown in next. */
    public record Step(RowState from, RowState to) {}

    private final List<TaskSummary> summaries = new ArrayList<>();
    private final List<TimelineEvent> timeline = new ArrayList<>();
    private final Map<OdpId, OdpRow> rows = new HashMap<>();
    private final Map<OdpId, Long> rowVersions = new HashMap<>();
    private final Set<Step> steps = new LinkedHashSet<>();
    private long version;

    public List<TaskSummary> summaries() {
        return summaries;
    }

    public TaskSummary summary() {
        return summaries.get(summaries.size() - 1);
    }

    /** Which state of an ODP followed on which. */
    public Set<Step> steps() {
        return steps;
    }

    public List<TimelineEvent> timeline() {
        return timeline;
    }

    public Map<OdpId, OdpRow> rows() {
        return rows;
    }

    public OdpRow row(String odpId) {
        OdpRow row = rows.get(new OdpId(odpId));
        if (row == null) {
            throw new AssertionError("No row of " + odpId + " was sent");
        }
        return row;
    }

    @Override
    public void send(TaskSummary summary, long newVersion, @Nullable String causedBy, Instant at) {
        check(newVersion == version + 1, "task version %d after %d".formatted(newVersion, version));
        check(summaries.isEmpty() || !summary().equals(summary), "the same summary twice: " + summary);
        version = newVersion;
        summaries.add(summary);
    }

    @Override
    public void send(OdpRow row, long newVersion, @Nullable String causedBy, Instant at) {
        long before = rowVersions.getOrDefault(row.odpId(), 0L);
        check(newVersion == before + 1, "row version %d after %d".formatted(newVersion, before));
        check(!row.equals(rows.get(row.odpId())), "the same row twice: " + row);
        rowVersions.put(row.odpId(), newVersion);
        OdpRow old = rows.put(row.odpId(), row);
        RowState from = old == null ? RowState.PENDING : old.state();
        if (from != row.state()) {
            steps.add(new Step(from, row.state()));
        }
    }

    @Override
    public void send(TimelineEvent event, @Nullable String causedBy) {
        check(
                event.sequence() == timeline.size() + 1,
                "event %d after %d events".formatted(event.sequence(), timeline.size()));
        timeline.add(event);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
