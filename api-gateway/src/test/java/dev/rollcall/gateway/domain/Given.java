package dev.rollcall.gateway.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Clusters, ODPs and tasks for tests. */
@NullMarked
public final class Given {

    public static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    public static final ClusterId PAY = new ClusterId("pay");
    public static final Duration HEARTBEAT = Duration.ofSeconds(10);

    public static final Rules RULES = new Rules(Version.of("3.2.1"));

    private Given() {}

    public static Cluster cluster(int odps) {
        return new Cluster(PAY, 3, "Payments", "", Map.of(), odps, "alice", NOW);
    }

    public static Odp odp(String id) {
        return new Odp(PAY, new OdpId(id), "10.0.0.7", "z1", 2883, "/home/admin/obproxy");
    }

    public static Sighting sighting(String odp, OdpState state, @Nullable String version, Instant receivedAt) {
        return new Sighting(
                PAY,
                new OdpId(odp),
                state,
                false,
                version,
                4711L,
                NOW,
                12L,
                600_000_000L,
                List.of(),
                List.of(),
                null,
                receivedAt,
                receivedAt,
                HEARTBEAT);
    }

    /** The same but for the state. */
    public static Sighting withState(Sighting sighting, OdpState state) {
        return new Sighting(
                sighting.cluster(),
                sighting.odp(),
                state,
                sighting.draining(),
                sighting.version(),
                sighting.pid(),
                sighting.startedAt(),
                sighting.clients(),
                sighting.exitTimeoutMicros(),
                sighting.restartBlockers(),
                sighting.startBlockers(),
                sighting.detail(),
                sighting.seenAt(),
                sighting.receivedAt(),
                sighting.heartbeat());
    }

    static LiveOdp live(String odp, OdpState state, @Nullable String version) {
        return LiveOdp.of(odp(odp), sighting(odp, state, version, NOW), NOW);
    }

    static LiveOdp silent(String odp) {
        return LiveOdp.of(odp(odp), null, NOW);
    }

    static LiveOdp stale(String odp, OdpState state, @Nullable String version) {
        Instant before = NOW.minus(HEARTBEAT.multipliedBy(3)).minusMillis(1);
        return LiveOdp.of(odp(odp), sighting(odp, state, version, before), NOW);
    }

    static ClusterNow now(LiveOdp... odps) {
        return new ClusterNow(cluster(odps.length), Arrays.asList(odps), null);
    }

    static ClusterNow busy(ClusterNow now) {
        return new ClusterNow(now.cluster(), now.odps(), task(TaskState.RUNNING, TaskPhase.RESTART));
    }

    public static Task task(TaskState state, TaskPhase phase) {
        return task("t1", 7, state, phase, new Task.Counts(8, 3, 2, 0, 0, 0));
    }

    public static Task task(String id, long version, TaskState state, TaskPhase phase, Task.Counts counts) {
        return new Task(
                new TaskId(id),
                PAY,
                version,
                Mode.RESTART,
                state,
                phase,
                false,
                "alice",
                "CHG-1",
                NOW,
                state == TaskState.PENDING ? null : NOW,
                null,
                counts,
                List.of(),
                List.of(),
                null,
                Task.Plan.NONE);
    }

    /** The same task, with what the planner says of it. */
    public static Task planned(Task task, Task.Plan plan) {
        return new Task(
                task.id(),
                task.cluster(),
                task.version(),
                task.mode(),
                task.state(),
                task.phase(),
                task.dryRun(),
                task.requestedBy(),
                task.reason(),
                task.requestedAt(),
                task.startedAt(),
                task.finishedAt(),
                task.counts(),
                task.batches(),
                task.rejections(),
                task.failure(),
                plan);
    }

    /** A task that has its batches. */
    public static Task planned(
            String id, long version, TaskState state, TaskPhase phase, int total, Task.Batch... batches) {
        return with(
                task(id, version, state, phase, new Task.Counts(total, 0, 0, 0, 0, 0)),
                Arrays.asList(batches),
                List.of());
    }

    public static Task rejected(String id, long version, Rejection... rejections) {
        return with(
                task(id, version, TaskState.REJECTED, TaskPhase.UNKNOWN, Task.Counts.NONE),
                List.of(),
                Arrays.asList(rejections));
    }

    private static Task with(Task task, List<Task.Batch> batches, List<Rejection> rejections) {
        return new Task(
                task.id(),
                task.cluster(),
                task.version(),
                task.mode(),
                task.state(),
                task.phase(),
                task.dryRun(),
                task.requestedBy(),
                task.reason(),
                task.requestedAt(),
                task.startedAt(),
                task.finishedAt(),
                task.counts(),
                batches,
                rejections,
                task.failure(),
                task.plan());
    }

    /** A row of which only place and state are known. */
    public static TaskOdp row(String task, String odp, int batch, TaskOdpState state) {
        return new TaskOdp(
                new TaskId(task),
                new OdpId(odp),
                "z1",
                batch,
                state,
                null,
                1,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                new TaskOdp.Times(null, null, null, null));
    }

    public static RestartOrder order(Mode mode, String... odps) {
        return new RestartOrder(
                mode,
                Arrays.stream(odps).map(OdpId::new).toList(),
                Batching.of(List.of(), 0, Drain.OVERLAP),
                null,
                false,
                null,
                "",
                null,
                null,
                null);
    }

    public static RestartRequest request(String eventId, String task, @Nullable String bodyHash, Instant at) {
        return new RestartRequest(eventId, at, new TaskId(task), PAY, order(Mode.RESTART), "alice", null, bodyHash);
    }

    /** What the task-service says of a control that was applied. */
    public static TimelineEvent applied(String task, String causedBy, long offset, long taskVersion) {
        return new TimelineEvent(
                new TimelineEvent.Position(0, offset),
                new TaskId(task),
                PAY,
                causedBy,
                NOW,
                offset,
                "CONTROL_APPLIED",
                TaskState.RUNNING,
                TaskPhase.RESTART,
                taskVersion,
                null,
                0,
                0,
                null,
                "alice",
                "applied",
                false);
    }

    public static TimelineEvent event(String task, int partition, long offset, boolean last) {
        return new TimelineEvent(
                new TimelineEvent.Position(partition, offset),
                new TaskId(task),
                PAY,
                null,
                NOW,
                offset,
                last ? "TASK_ENDED" : "ODP_STEP",
                last ? TaskState.COMPLETED : TaskState.RUNNING,
                TaskPhase.RESTART,
                0,
                null,
                0,
                0,
                null,
                null,
                "step " + offset,
                last);
    }
}
