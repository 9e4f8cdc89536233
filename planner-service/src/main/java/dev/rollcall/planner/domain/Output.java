package dev.rollcall.planner.domain;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something to send. */
public sealed interface Output {

    /** A decision for the others to read. */
    record Announce(PlanEvent event) implements Output {}

    /**
     * A command for the agents; sent again it is the same but for its event id.
     *
     * @param commandId derived from task, ODP, step and attempt
     * @param expectedVersion version the new process must have; null: not checked
     * @param runWithin how long the work may take from its start
     */
    record SendCommand(
            String commandId,
            @Nullable String causedBy,
            TaskId taskId,
            ClusterId clusterId,
            Odp odp,
            long epoch,
            String step,
            int attempt,
            CommandKind kind,
            @Nullable ProcessIdentity baseline,
            @Nullable Long exitTimeoutMicros,
            @Nullable String expectedVersion,
            Duration runWithin)
            implements Output {}

    /** A definition as it is from now on. */
    record StoreCluster(Cluster cluster, String causedBy) implements Output {}

    record RemoveCluster(ClusterId clusterId) implements Output {}

    record StoreOdp(ClusterId clusterId, Odp odp, String causedBy) implements Output {}

    record RemoveOdp(ClusterId clusterId, OdpId odpId) implements Output {}
}
