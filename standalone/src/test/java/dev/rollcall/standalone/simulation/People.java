package dev.rollcall.standalone.simulation;

import dev.rollcall.schemas.BatchGroup;
import dev.rollcall.schemas.Batching;
import dev.rollcall.schemas.ClusterChangeKind;
import dev.rollcall.schemas.ClusterChangeRequested;
import dev.rollcall.schemas.DrainPolicy;
import dev.rollcall.schemas.OdpSpec;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those who define the cluster, ask for restarts and steer, and the mishaps that nobody asked for. */
final class People {
    private static final long LOOK = 5_000;

    private final World world;
    private final List<String> odps = new ArrayList<>();

    People(World world) {
        this.world = world;
    }

    void begin() {
        int count = 1 + world.below(8);
        RestartMode mode = anyMode();
        List<OdpSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String odp = "o" + i;
            odps.add(odp);
            Host host = new Host(world, odp, "z" + i % 3);
            world.add(host);
            if (mode == RestartMode.FORCE_RESTART && world.chance(8)) {
                if (world.chance(2)) {
                    host.die();
                } else {
                    host.hang(30_000);
                }
            }
            specs.add(OdpSpec.newBuilder()
                    .setOdpId(odp)
                    .setHost("host-" + odp)
                    .setZone(host.zone)
                    .setSqlPort(2883)
                    .setHome("/home/admin/" + odp)
                    .setLauncher("obproxy")
                    .setSshUser("admin")
                    .setSshPort(22)
                    .setSshCredential("key")
                    .setAdminCredential("proxysys")
                    .build());
        }
        world.append(
                Topics.CLUSTERS_REQUESTED,
                ClusterChangeRequested.newBuilder()
                        .setEventId(world.newId())
                        .setOccurredAt(world.instant())
                        .setClusterId(World.CLUSTER)
                        .setKind(ClusterChangeKind.PUT)
                        .setOdps(specs)
                        .setRequestedBy("alice")
                        .build());
        world.later(60_000 * (world.chance(4) ? 1 : 0) + 100, () -> ask(mode, false));
        for (int i = world.below(3); i > 0; i--) {
            world.later(world.between(1_000, 400_000), () -> ask(anyMode(), world.chance(3)));
        }
        for (int i = world.below(7); i > 0; i--) {
            world.later(world.between(1_000, 400_000), this::steer);
        }
        for (int i = world.below(4); i > 0; i--) {
            world.later(world.between(1_000, 300_000), this::mishap);
        }
        world.later(LOOK, this::lookAfter);
    }

    private RestartMode anyMode() {
        return world.chance(2) ? RestartMode.RESTART : RestartMode.FORCE_RESTART;
    }

    private void ask(RestartMode mode, boolean dryRun) {
        boolean subset = odps.size() > 1 && world.chance(5);
        RestartRequested request = RestartRequested.newBuilder()
                .setEventId(world.newId())
                .setOccurredAt(world.instant())
                .setTaskId(world.newTaskId())
                .setClusterId(World.CLUSTER)
                .setMode(mode)
                .setOdps(subset ? odps.subList(0, 1 + world.below(odps.size() - 1)) : List.of())
                .setBatching(Batching.newBuilder()
                        .setSizes(world.any(
                                List.of(List.<String>of(), List.of("1"), List.of("2", "50%"), List.of("100%"))))
                        .setMaxFailures(world.below(3))
                        .setDrain(world.chance(2) ? DrainPolicy.OVERLAP : DrainPolicy.WAIT)
                        .setGroupBy(world.chance(4) ? BatchGroup.ZONE : BatchGroup.NONE)
                        .setMinRunning(world.chance(2) ? null : world.any(List.of("1", "2", "50%", "67%")))
                        .setSettleMillis(world.chance(4) ? 1_000L + world.below(20_000) : 0)
                        .setPauseAfterFirst(world.chance(8))
                        .setWindow(world.chance(6))
                        .build())
                .setHotUpgradeExitTimeoutMicros(world.chance(2) ? null : (Long) (1_000_000L * world.below(10)))
                .setDryRun(dryRun)
                .setConfirm(World.CLUSTER)
                .setRequestedBy("alice")
                .setNotBefore(world.chance(8) ? world.instant().plusSeconds(world.below(30)) : null)
                .setNotAfter(world.chance(8) ? world.instant().plusSeconds(30 + world.below(300)) : null)
                .build();
        world.append(Topics.RESTART_REQUESTED, request);
        if (world.fault(Fault.CONTROL_TWICE)) {
            world.later(world.between(1, 60_000), () -> world.append(Topics.RESTART_REQUESTED, request));
        }
    }

    /** Somebody steers whatever task there is, often without sense. */
    private void steer() {
        List<String> known = List.copyOf(world.requests().keySet());
        if (known.isEmpty()) {
            return;
        }
        // A cancel ends most of what could still be seen, so it comes seldom.
        List<TaskControl> kinds = world.chance(4)
                ? List.of(TaskControl.CANCEL)
                : List.of(TaskControl.PAUSE, TaskControl.RESUME, TaskControl.RETRY, TaskControl.SKIP);
        boolean one = world.chance(3);
        control(world.any(known), world.any(kinds), one ? world.any(odps) : null);
    }

    private void control(String task, TaskControl kind, @Nullable String odp) {
        TaskSnapshot snapshot = world.task(task);
        TaskControlRequested control = TaskControlRequested.newBuilder()
                .setEventId(world.newId())
                .setOccurredAt(world.instant())
                .setTaskId(task)
                .setClusterId(World.CLUSTER)
                .setControl(kind)
                .setOdpId(odp)
                .setAttempt(odp != null && world.chance(3) ? (Integer) (1 + world.below(2)) : null)
                .setTaskVersion(snapshot != null && world.chance(3) ? snapshot.getVersion() : null)
                .setRequestedBy("bob")
                .build();
        world.append(Topics.TASK_CONTROL, control);
        if (world.fault(Fault.CONTROL_TWICE)) {
            world.later(world.between(1, 30_000), () -> world.append(Topics.TASK_CONTROL, control));
        }
    }

    /** An ODP dies by itself or hangs; perhaps something brings it up again. */
    private void mishap() {
        Host host = world.host(world.any(odps));
        if (host.serving == null) {
            return;
        }
        if (world.chance(3)) {
            host.hang(world.between(1_000, 120_000));
            return;
        }
        host.die();
        if (world.chance(2)) {
            world.later(world.between(1_000, 60_000), () -> {
                if (!host.stopped && host.lock == null) {
                    host.comeUp();
                }
            });
        }
    }

    /** When nothing goes wrong any more, somebody decides about each task that waits for a person, and mends what is down. */
    private void lookAfter() {
        world.later(LOOK, this::lookAfter);
        if (world.faulty()) {
            return;
        }
        for (String task : world.requests().keySet()) {
            TaskSnapshot snapshot = world.task(task);
            if (snapshot == null) {
                continue;
            }
            if (snapshot.getState() == TaskState.PAUSED) {
                boolean over = snapshot.getNotAfter().isPresent()
                        && world.instant().isAfter(snapshot.getNotAfter().get());
                control(task, over && world.chance(4) ? TaskControl.CANCEL : TaskControl.RESUME, null);
            } else if (snapshot.getState() == TaskState.HALTED) {
                control(
                        task,
                        world.chance(3) ? TaskControl.CANCEL : world.chance(2) ? TaskControl.RETRY : TaskControl.SKIP,
                        null);
            }
        }
    }
}
