package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.Failure;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the pages show of tasks. Pure. */
final class TaskLook {

    /** Batches that are shown one by one; of more, those that wait or are done are counted. */
    private static final int MOST_CHIPS = 40;

    private TaskLook() {}

    /** A row of the list of tasks. */
    record Row(
            String key,
            String id,
            String cluster,
            Mode mode,
            boolean dryRun,
            TaskState state,
            int restarted,
            int total,
            int percent,
            String requestedBy,
            Instant requestedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Long seconds) {}

    /** The head of a task's page. */
    record Head(
            String id,
            String cluster,
            Mode mode,
            boolean dryRun,
            TaskState state,
            TaskPhase phase,
            long version,
            List<Control> actions,
            String requestedBy,
            String reason,
            Instant requestedAt,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable Long seconds,
            @Nullable Long secondsLeft,
            Task.Counts counts,
            int percent,
            @Nullable Failure failure,
            List<Rejection> rejections) {}

    /**
     * One batch, or several in a row that have the same state.
     *
     * @param first number of the first of them
     * @param last number of the last of them
     */
    record Chip(int first, int last, int odps, BatchState state) {}

    /** How far one step of one ODP is. */
    enum StepState {
        TODO,
        DOING,
        DONE,
        FAILED,
        SKIPPED
    }

    /** What happens to an ODP, in the order it happens. */
    enum Step {
        PRECHECK,
        RESTART,
        STOP,
        START,
        SERVING,
        DRAINED,
        RUNNING
    }

    /**
     * One step of one ODP.
     *
     * @param millis how long it took; null when it is not over or was not measured
     */
    record Cell(Step step, StepState state, @Nullable Long millis) {}

    /** An ODP within the task: a row of the matrix. */
    record MatrixRow(
            String key,
            String odp,
            String zone,
            int batch,
            int attempts,
            TaskOdpState state,
            List<Cell> cells,
            @Nullable String message,
            @Nullable Long pidBefore,
            @Nullable Long pidAfter,
            @Nullable String versionBefore,
            @Nullable String versionAfter,
            @Nullable Long clientsBefore,
            @Nullable Long clientsCut,
            boolean businessPathChecked,
            @Nullable Failure failure,
            boolean skippable)
            implements Matrix.Entry {

        @Override
        public boolean isGroup() {
            return false;
        }
    }

    /** A line of the timeline. */
    record Line(
            String key,
            Instant at,
            String type,
            @Nullable String odp,
            @Nullable String actor,
            String message) {}

    static Row row(Task task, Instant now) {
        return new Row(
                Key.of("t", task.id().value()),
                task.id().value(),
                task.cluster().value(),
                task.mode(),
                task.dryRun(),
                task.state(),
                task.counts().restarted(),
                task.counts().total(),
                task.percent(),
                task.requestedBy(),
                task.requestedAt(),
                task.startedAt(),
                task.finishedAt(),
                seconds(finished(task, now)));
    }

    static Head head(Task task, Instant now) {
        return new Head(
                task.id().value(),
                task.cluster().value(),
                task.mode(),
                task.dryRun(),
                task.state(),
                task.phase(),
                task.version(),
                task.state().actions(),
                task.requestedBy(),
                task.reason(),
                task.requestedAt(),
                task.startedAt(),
                task.finishedAt(),
                seconds(finished(task, now)),
                seconds(task.timeLeft(now)),
                task.counts(),
                task.percent(),
                task.failure(),
                task.rejections());
    }

    /** How long it ran; while it runs, the page counts by itself from the beginning. */
    private static @Nullable Duration finished(Task task, Instant now) {
        return task.finishedAt() == null ? null : task.duration(now);
    }

    private static @Nullable Long seconds(@Nullable Duration duration) {
        return duration == null ? null : Long.valueOf(duration.plusMillis(500).toSeconds());
    }

    /** The batches as a strip: each of them when there are few, else those alike and next to each other together. */
    static List<Chip> chips(List<Task.Batch> batches) {
        List<Chip> chips = new ArrayList<>();
        boolean together = batches.size() > MOST_CHIPS;
        for (Task.Batch batch : batches) {
            Chip before = chips.isEmpty() ? null : chips.get(chips.size() - 1);
            if (together && before != null && before.state() == batch.state() && batch.state() != BatchState.RUNNING) {
                chips.set(
                        chips.size() - 1,
                        new Chip(before.first(), batch.number(), before.odps() + batch.size(), batch.state()));
            } else {
                chips.add(new Chip(batch.number(), batch.number(), batch.size(), batch.state()));
            }
        }
        return chips;
    }

    /** The steps of a mode: the columns of the matrix. */
    static List<Step> steps(Mode mode) {
        return mode == Mode.FORCE_RESTART
                ? List.of(Step.PRECHECK, Step.STOP, Step.START, Step.RUNNING)
                : List.of(Step.PRECHECK, Step.RESTART, Step.SERVING, Step.DRAINED, Step.RUNNING);
    }

    static MatrixRow matrixRow(TaskOdp row, Mode mode, TaskState task, boolean steerable) {
        TaskOdp.Incarnation before = row.before();
        TaskOdp.Incarnation after = row.after();
        return new MatrixRow(
                Key.of("m", row.odp().value()),
                row.odp().value(),
                row.zone(),
                row.batch(),
                row.attempts(),
                row.state(),
                cells(row, mode),
                row.message(),
                before == null ? null : before.pid(),
                after == null ? null : after.pid(),
                before == null ? null : before.version(),
                after == null ? null : after.version(),
                row.clientsBefore(),
                row.clientsCut(),
                row.businessPathChecked(),
                row.failure(),
                steerable && row.state() == TaskOdpState.FAILED && task == TaskState.HALTED);
    }

    private static List<Cell> cells(TaskOdp row, Mode mode) {
        List<Step> steps = steps(mode);
        Step at = at(row, mode);
        List<Cell> cells = new ArrayList<>();
        for (Step step : steps) {
            cells.add(new Cell(step, state(row.state(), step, at, steps), millis(row, step)));
        }
        return cells;
    }

    /** The step that is being done, or that failed; null before the first and after the last. */
    private static @Nullable Step at(TaskOdp row, Mode mode) {
        return switch (row.state()) {
            case UNKNOWN, PENDING, PRECHECKED, RUNNING, SKIPPED -> null;
            case STOPPING -> Step.STOP;
            case STOPPED, STARTING -> Step.START;
            case RESTARTING -> Step.RESTART;
            case SERVING, DRAINING -> Step.DRAINED;
            case FAILED -> failedAt(row, mode);
        };
    }

    private static Step failedAt(TaskOdp row, Mode mode) {
        if (row.startedAt() == null) {
            return Step.PRECHECK;
        }
        if (mode == Mode.FORCE_RESTART) {
            return "STOP".equals(row.step()) ? Step.STOP : Step.START;
        }
        return row.servingAt() == null ? Step.RESTART : Step.DRAINED;
    }

    private static StepState state(TaskOdpState odp, Step step, @Nullable Step at, List<Step> steps) {
        if (odp == TaskOdpState.SKIPPED) {
            return StepState.SKIPPED;
        }
        if (odp == TaskOdpState.RUNNING) {
            return StepState.DONE;
        }
        if (at == null) {
            return step == Step.PRECHECK && odp == TaskOdpState.PRECHECKED ? StepState.DONE : StepState.TODO;
        }
        int behind = Integer.compare(steps.indexOf(step), steps.indexOf(at));
        if (behind == 0) {
            return odp == TaskOdpState.FAILED ? StepState.FAILED : StepState.DOING;
        }
        return behind < 0 ? StepState.DONE : StepState.TODO;
    }

    private static @Nullable Long millis(TaskOdp row, Step step) {
        TaskOdp.Times times = row.times();
        return switch (step) {
            case RESTART -> between(row.startedAt(), row.servingAt());
            case STOP -> between(row.startedAt(), times.stopped());
            case START -> between(times.stopped(), row.servingAt());
            case DRAINED -> between(row.servingAt(), times.drained());
            case RUNNING -> row.state() == TaskOdpState.RUNNING ? between(row.startedAt(), row.finishedAt()) : null;
            case PRECHECK, SERVING -> null;
        };
    }

    private static @Nullable Long between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null || to.isBefore(from)
                ? null
                : Long.valueOf(Duration.between(from, to).toMillis());
    }

    static Line line(TimelineEvent event) {
        return new Line(
                "e-" + event.position(),
                event.at(),
                event.type(),
                event.odp() == null ? null : event.odp().value(),
                event.actor(),
                event.message());
    }

    /** How an ODP was at a time of the chart; the worst first. */
    enum Kind {
        /** Nothing serves. */
        DOWN,
        /** The old process still serves while the new one takes over. */
        HANDOVER,
        /** The new process serves, the old one drains. */
        DRAINING,
        /** The new process serves alone. */
        SERVING
    }

    /**
     * A bar of the chart.
     *
     * @param x left end in thousandths of the width
     * @param width in thousandths of the width, at least 2 so that it is seen
     */
    record Bar(long x, long width, Kind kind) {}

    /** The bars of one ODP, or of a group: then as the worst of them was. */
    record Track(Matrix.Grouping by, String name, List<Bar> bars) {}

    /**
     * Who was down when.
     *
     * @param seconds length of the time axis
     */
    record Chart(List<Track> tracks, long seconds) {}

    /** The chart of some rows, over the time from the first of their restarts until the last, or until now while one goes on. */
    static Chart chart(List<Matrix.Lane> lanes, Task task, Instant now) {
        Instant from = lanes.stream()
                .flatMap(lane -> lane.rows().stream())
                .map(TaskOdp::startedAt)
                .flatMap(Stream::ofNullable)
                .min(Comparator.naturalOrder())
                .orElse(now);
        Instant last = task.finishedAt() != null ? task.finishedAt() : now;
        long span = Math.max(1_000, Duration.between(from, last).toMillis());
        List<Track> tracks = lanes.stream()
                .map(lane -> new Track(lane.by(), lane.name(), bars(lane.rows(), task.mode(), from, last, span)))
                .toList();
        return new Chart(tracks, span / 1_000);
    }

    /** The bars of all these ODPs in one line: those of a kind that touch are one, and the worst kind lies on top. */
    private static List<Bar> bars(List<TaskOdp> rows, Mode mode, Instant from, Instant last, long span) {
        List<Bar> all = new ArrayList<>();
        rows.forEach(row -> addBars(all, row, mode, from, last, span));
        if (rows.size() == 1) {
            return all;
        }
        all.sort(Comparator.comparing((Bar bar) -> bar.kind().ordinal())
                .reversed()
                .thenComparing(Bar::x));
        List<Bar> merged = new ArrayList<>();
        for (Bar bar : all) {
            Bar before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (before != null && before.kind() == bar.kind() && bar.x() <= before.x() + before.width()) {
                long end = Math.max(before.x() + before.width(), bar.x() + bar.width());
                merged.set(merged.size() - 1, new Bar(before.x(), end - before.x(), bar.kind()));
            } else {
                merged.add(bar);
            }
        }
        return merged;
    }

    private static void addBars(List<Bar> bars, TaskOdp row, Mode mode, Instant from, Instant last, long span) {
        Instant started = row.startedAt();
        if (started == null) {
            return;
        }
        boolean over = row.state() == TaskOdpState.FAILED && row.finishedAt() != null;
        Instant until = over ? row.finishedAt() : last;
        Instant serving = row.servingAt();
        boolean hot = mode != Mode.FORCE_RESTART;
        // An ODP that is being stopped still serves for a moment; its clients are cut all the same.
        Instant begun =
                hot || row.times().stopped() == null ? started : row.times().stopped();
        add(bars, from, span, begun, serving == null ? until : serving, hot ? Kind.HANDOVER : Kind.DOWN);
        if (serving != null) {
            Instant drained = row.times().drained();
            Instant drains = !hot ? serving : drained == null ? until : drained;
            add(bars, from, span, serving, drains, Kind.DRAINING);
            add(bars, from, span, drains == null ? last : drains, last, Kind.SERVING);
        }
    }

    private static void add(List<Bar> bars, Instant zero, long span, Instant from, @Nullable Instant to, Kind kind) {
        if (to == null || !to.isAfter(from)) {
            return;
        }
        long x = 1_000 * Duration.between(zero, from).toMillis() / span;
        long end = 1_000 * Duration.between(zero, to).toMillis() / span;
        x = Math.max(0, Math.min(998, x));
        bars.add(new Bar(x, Math.max(2, Math.min(1_000, end) - x), kind));
    }
}
