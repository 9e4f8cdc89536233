package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterPlan;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of a cluster definition, to be published.
 *
 * @param plan the new definition; null to remove the cluster
 * @param baseRevision revision the change was made on, 0 for none; null: whatever is there
 */
public record ClusterChange(
        String eventId,
        Instant at,
        ClusterId cluster,
        @Nullable ClusterPlan plan,
        @Nullable Long baseRevision,
        Requester requester) {}
