package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.ClusterStatus;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Sighting;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the pages show of clusters and their ODPs. Pure. */
final class ClusterLook {

    private ClusterLook() {}

    /** A task in passing. */
    record ActiveTask(String id, TaskState state, Mode mode, int percent, int restarted, int total) {

        static @Nullable ActiveTask of(@Nullable Task task) {
            return task == null
                    ? null
                    : new ActiveTask(
                            task.id().value(),
                            task.state(),
                            task.mode(),
                            task.percent(),
                            task.counts().restarted(),
                            task.counts().total());
        }
    }

    /** A row of the list of clusters. */
    record Row(
            String key,
            String id,
            String name,
            int running,
            int total,
            List<String> versions,
            List<String> zones,
            ClusterStatus status,
            @Nullable ActiveTask activeTask) {}

    /** The head of a cluster's page. */
    record Head(
            String id,
            String name,
            String description,
            Map<String, String> labels,
            int running,
            int total,
            List<String> versions,
            List<String> zones,
            long revision,
            ClusterStatus status,
            @Nullable ActiveTask activeTask,
            boolean restartable) {}

    /**
     * A row of the table of ODPs.
     *
     * @param stale whether what is shown is old
     * @param tickable whether it can be chosen for a restart
     */
    record OdpRow(
            String key,
            String id,
            String address,
            String zone,
            OdpState state,
            boolean draining,
            @Nullable String version,
            @Nullable Long pid,
            @Nullable Instant startedAt,
            @Nullable Long clients,
            @Nullable Instant seenAt,
            boolean stale,
            @Nullable String detail,
            boolean tickable) {}

    static Row row(ClusterNow now) {
        return new Row(
                Key.of("c", now.cluster().id().value()),
                now.cluster().id().value(),
                name(now),
                running(now),
                now.cluster().odpCount(),
                now.versions(),
                now.zones(),
                now.status(),
                ActiveTask.of(now.activeTask()));
    }

    static Head head(ClusterNow now, Rules rules) {
        return new Head(
                now.cluster().id().value(),
                name(now),
                now.cluster().description(),
                new TreeMap<>(now.cluster().labels()),
                running(now),
                now.cluster().odpCount(),
                now.versions(),
                now.zones(),
                now.cluster().revision(),
                now.status(),
                ActiveTask.of(now.activeTask()),
                rules.eligibility(now).recommended() != null);
    }

    static OdpRow odp(LiveOdp odp, boolean tickable) {
        Sighting last = odp.last();
        String host = odp.odp().host();
        return new OdpRow(
                Key.of("o", odp.id().value()),
                odp.id().value(),
                (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":"
                        + odp.odp().sqlPort(),
                odp.odp().zone(),
                odp.state(),
                odp.fresh() && last != null && last.draining(),
                last == null ? null : last.version(),
                last == null ? null : last.pid(),
                last == null ? null : last.startedAt(),
                odp.fresh() && last != null ? last.clients() : null,
                // A heartbeat alone must not redraw the row: while it is fresh, "now" says it all.
                last == null || odp.fresh() ? null : last.seenAt(),
                !odp.fresh(),
                last == null ? null : last.detail(),
                tickable);
    }

    static String name(ClusterNow now) {
        return now.cluster().name().isEmpty()
                ? now.cluster().id().value()
                : now.cluster().name();
    }

    private static int running(ClusterNow now) {
        return (int) now.odps().stream()
                .filter(odp -> odp.state() == OdpState.RUNNING)
                .count();
    }
}
