package dev.rollcall.gateway.it;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.AuditLine;
import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Failure;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.Odp;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.Sighting;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Clusters and tasks in every state that a page can show. */
final class Showcase {

    static final String RUNNING = "00000000-0000-0000-0000-000000000001";
    static final String HALTED = "00000000-0000-0000-0000-000000000002";
    static final String COMPLETED = "00000000-0000-0000-0000-000000000003";
    static final String REJECTED = "00000000-0000-0000-0000-000000000004";
    static final String LARGE = "00000000-0000-0000-0000-000000000005";

    /** A task that does not exist. */
    static final String NONE = "00000000-0000-0000-0000-000000000009";

    private static final Duration HEARTBEAT = Duration.ofHours(1);
    private static final Instant NOW = Instant.now().minusSeconds(48);

    private final Views views;

    Showcase(Views views) {
        this.views = views;
    }

    void fill() {
        cluster("pay", "Payments", 6, "4.3.1.0", OdpState.RUNNING);
        cluster("orders", "Orders and baskets", 4, "4.2.3.0", OdpState.RUNNING);
        cluster("legacy", "", 2, "3.1.0", OdpState.RUNNING);
        cluster("wounded", "Wounded", 3, "4.3.1.0", OdpState.RUNNING);
        sight("wounded", 2, null, OdpState.STOPPED, "No process of this ODP runs.");
        cluster("spare", "Spare", 3, "4.3.1.0", OdpState.RUNNING);
        cluster("idle", "Idle", 2, "4.3.1.0", OdpState.RUNNING);
        cluster("large", "Large", 500, "4.3.1.0", OdpState.RUNNING);
        views.apply(new Cluster(new ClusterId("empty"), 1, "", "", Map.of(), 0, "alice", NOW));
        running();
        halted();
        completed();
        rejected();
        large();
    }

    private void cluster(String id, String name, int odps, String version, OdpState state) {
        ClusterId cluster = new ClusterId(id);
        for (int i = 1; i <= odps; i++) {
            views.apply(new Odp(
                    cluster, odp(id, i), "10.0." + id.length() + "." + i, zone(i), 2883, "/home/admin/obproxy"));
            sight(id, i, version, state, null);
        }
        views.apply(new Cluster(
                cluster,
                3,
                name,
                "What customers pay through",
                Map.of("env", "prod", "team", "core"),
                odps,
                "alice",
                NOW));
    }

    private static OdpId odp(String cluster, int number) {
        return new OdpId("10.0." + cluster.length() + "." + number + ":2883");
    }

    private static String zone(int number) {
        return "z" + (1 + number % 3);
    }

    void sight(String cluster, int number, @Nullable String version, OdpState state, @Nullable String detail) {
        views.apply(new Sighting(
                new ClusterId(cluster),
                odp(cluster, number),
                state,
                number == 1 && state == OdpState.RUNNING,
                version,
                version == null ? null : 4_000L + number,
                NOW.minus(Duration.ofDays(number)),
                12L * number,
                cluster.equals("spare") && number == 2 ? 30_000_000L : 600_000_000L,
                List.of(),
                List.of(),
                detail,
                NOW,
                Instant.now(),
                HEARTBEAT));
    }

    private void running() {
        task(
                RUNNING,
                "pay",
                17,
                Mode.RESTART,
                TaskState.RUNNING,
                TaskPhase.RESTART,
                new Task.Counts(6, 2, 2, 0, 0, 0),
                List.of(
                        new Task.Batch(1, 1, BatchState.DONE),
                        new Task.Batch(2, 2, BatchState.RUNNING),
                        new Task.Batch(3, 3, BatchState.WAITING)),
                null,
                List.of());
        row(RUNNING, "pay", 1, 1, TaskOdpState.RUNNING, 2, 5, 32, null);
        row(RUNNING, "pay", 2, 2, TaskOdpState.DRAINING, 33, 36, 0, null);
        row(RUNNING, "pay", 3, 2, TaskOdpState.RESTARTING, 33, 0, 0, null);
        for (int i = 4; i <= 6; i++) {
            row(RUNNING, "pay", i, 3, TaskOdpState.PRECHECKED, 0, 0, 0, null);
        }
        events(
                RUNNING,
                "pay",
                "TASK_REQUESTED",
                "TASK_ACCEPTED",
                "BATCH_STARTED",
                "ODP_SERVING",
                "ODP_RESTARTED",
                "BATCH_FINISHED");
    }

    private void halted() {
        Failure failure = new Failure(
                "TARGET",
                "CHILD_DIED",
                "The new process of 10.0.6.2:2883 ended before it served; the old process serves on.",
                "Look at the tail of its log; the usual reason is a parameter that it does not accept. Then retry.",
                "/home/admin/obproxy/log/obproxy.log",
                "[2026-11-23 05:00:00.123] ERROR [PROXY] fail to init config (ret=-4147)\n[2026-11-23 05:00:00.124] ERROR [PROXY] obproxy exits");
        task(
                HALTED,
                "orders",
                9,
                Mode.RESTART,
                TaskState.HALTED,
                TaskPhase.RESTART,
                new Task.Counts(4, 1, 0, 1, 0, 0),
                List.of(
                        new Task.Batch(1, 1, BatchState.DONE),
                        new Task.Batch(2, 1, BatchState.RUNNING),
                        new Task.Batch(3, 1, BatchState.WAITING),
                        new Task.Batch(4, 1, BatchState.WAITING)),
                failure,
                List.of());
        row(HALTED, "orders", 1, 1, TaskOdpState.RUNNING, 2, 5, 20, null);
        row(HALTED, "orders", 2, 2, TaskOdpState.FAILED, 21, 0, 24, failure);
        row(HALTED, "orders", 3, 3, TaskOdpState.PRECHECKED, 0, 0, 0, null);
        row(HALTED, "orders", 4, 4, TaskOdpState.PRECHECKED, 0, 0, 0, null);
        events(HALTED, "orders", "TASK_ACCEPTED", "BATCH_STARTED", "ODP_FAILED", "TASK_HALTED");
    }

    private void completed() {
        task(
                COMPLETED,
                "legacy",
                30,
                Mode.FORCE_RESTART,
                TaskState.COMPLETED,
                TaskPhase.UNKNOWN,
                new Task.Counts(2, 2, 0, 0, 0, 2),
                List.of(new Task.Batch(1, 2, BatchState.DONE)),
                null,
                List.of());
        row(COMPLETED, "legacy", 1, 1, TaskOdpState.RUNNING, 2, 6, 7, null);
        row(COMPLETED, "legacy", 2, 1, TaskOdpState.RUNNING, 2, 8, 9, null);
        events(COMPLETED, "legacy", "TASK_ACCEPTED", "ODP_RESTARTED", "ODP_ANSWERED", "TASK_ENDED");
    }

    private void rejected() {
        task(
                REJECTED,
                "wounded",
                2,
                Mode.RESTART,
                TaskState.REJECTED,
                TaskPhase.UNKNOWN,
                Task.Counts.NONE,
                List.of(),
                null,
                List.of(new Rejection(
                        "ODP21017",
                        "A RESTART needs every ODP of the cluster to be Running, but: 10.0.7.2:2883 is STOPPED.",
                        List.of("10.0.7.2:2883"),
                        1)));
        events(REJECTED, "wounded", "TASK_REJECTED");
    }

    private void large() {
        List<Task.Batch> batches = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            batches.add(
                    new Task.Batch(i, 5, i < 40 ? BatchState.DONE : i < 42 ? BatchState.RUNNING : BatchState.WAITING));
        }
        task(
                LARGE,
                "large",
                900,
                Mode.RESTART,
                TaskState.RUNNING,
                TaskPhase.RESTART,
                new Task.Counts(500, 195, 10, 0, 0, 0),
                batches,
                null,
                List.of());
        for (int i = 1; i <= 500; i++) {
            int batch = 1 + (i - 1) / 5;
            TaskOdpState state =
                    batch < 40 ? TaskOdpState.RUNNING : batch < 42 ? TaskOdpState.RESTARTING : TaskOdpState.PRECHECKED;
            row(
                    LARGE,
                    "large",
                    i,
                    batch,
                    state,
                    batch < 42 ? 1 + batch : 0,
                    batch < 40 ? 2 + batch : 0,
                    batch < 40 ? 6 + batch : 0,
                    null);
        }
    }

    private void task(
            String id,
            String cluster,
            long version,
            Mode mode,
            TaskState state,
            TaskPhase phase,
            Task.Counts counts,
            List<Task.Batch> batches,
            @Nullable Failure failure,
            List<Rejection> rejections) {
        views.apply(new Task(
                new TaskId(id),
                new ClusterId(cluster),
                version,
                mode,
                state,
                phase,
                false,
                "alice",
                "CHG-1042, parameters that need a restart",
                NOW.minusSeconds(1),
                NOW,
                state.terminal() ? NOW.plusSeconds(40) : null,
                counts,
                batches,
                rejections,
                failure,
                Task.Plan.NONE));
    }

    private void row(
            String task,
            String cluster,
            int number,
            int batch,
            TaskOdpState state,
            int started,
            int serving,
            int finished,
            @Nullable Failure failure) {
        views.apply(new TaskOdp(
                new TaskId(task),
                odp(cluster, number),
                zone(number),
                batch,
                state,
                null,
                1,
                state == TaskOdpState.RESTARTING ? "waits for the new process to serve" : null,
                new TaskOdp.Incarnation(4_000L + number, NOW.minus(Duration.ofDays(3)), "4.3.1.0"),
                serving == 0 ? null : new TaskOdp.Incarnation(5_000L + number, at(serving), "4.3.1.0"),
                serving == 0 ? null : Boolean.TRUE,
                false,
                12L * number,
                finished == 0 ? null : Long.valueOf(number % 3),
                at(started),
                at(serving),
                at(finished),
                failure,
                new TaskOdp.Times(at(1), at(started == 0 ? 0 : started + 1), at(finished), null)));
    }

    /** What the audit tells: what was done, what was refused and why, and what nobody knows the end of. */
    static List<AuditLine> audit() {
        List<AuditLine> lines = new ArrayList<>();
        lines.add(line(1, 40, "alice", "RESTART", "pay", RUNNING, "ALLOWED", null, "202", "CHG-1042"));
        lines.add(line(2, 30, "bob", "RESTART", "wounded", REJECTED, "DENIED", "ODP21017", "422", "10.0.7.2:2883"));
        lines.add(line(3, 20, "carol", "CLUSTER_PUT", "orders", null, "DENIED", "IAM11000", "403", ""));
        lines.add(line(4, 2 * 24 * 60, "alice", "SIGN_IN", null, null, "ALLOWED", null, "303", "by form"));
        lines.add(line(5, 2, null, "TASK_ENDED", "legacy", COMPLETED, "UNKNOWN", null, "COMPLETED", "=2+2"));
        return lines;
    }

    private static AuditLine line(
            int number,
            int minutesAgo,
            @Nullable String user,
            String action,
            @Nullable String cluster,
            @Nullable String task,
            String decision,
            @Nullable String code,
            String outcome,
            String detail) {
        return new AuditLine(
                0,
                number,
                "0".repeat(64),
                NOW.minus(Duration.ofMinutes(minutesAgo)),
                user,
                user == null ? null : "192.0.2." + number,
                action,
                cluster,
                task,
                decision,
                code,
                outcome,
                detail,
                user == null ? "TASK_SERVICE" : "GATEWAY");
    }

    private static @Nullable Instant at(int second) {
        return second == 0 ? null : NOW.plusSeconds(second);
    }

    private void events(String task, String cluster, String... types) {
        for (int i = 0; i < types.length; i++) {
            views.apply(new TimelineEvent(
                    new TimelineEvent.Position(0, 1_000 + i),
                    new TaskId(task),
                    new ClusterId(cluster),
                    null,
                    NOW.plusSeconds(i),
                    i + 1L,
                    types[i],
                    TaskState.RUNNING,
                    TaskPhase.RESTART,
                    i,
                    types[i].startsWith("ODP") ? odp(cluster, 2) : null,
                    1,
                    1,
                    null,
                    i == 0 ? "alice" : null,
                    types[i].toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                    false));
        }
    }
}
