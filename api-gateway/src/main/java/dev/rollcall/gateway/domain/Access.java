package dev.rollcall.gateway.domain;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All that somebody may do (rule R7). A cluster that somebody may not see does not exist for them. */
public record Access(List<Grant> grants) {

    /** Nothing at all. */
    public static final Access NONE = new Access(List.of());

    public Access {
        grants = List.copyOf(grants);
    }

    /** One role on all clusters. */
    public static Access everywhere(Role role) {
        return new Access(List.of(Grant.everywhere(role)));
    }

    /** Whether the role is held on any cluster at all. */
    public boolean has(Role role) {
        return grants.stream().anyMatch(grant -> grant.role().includes(role));
    }

    /** Whether the role is held on all clusters. */
    public boolean hasEverywhere(Role role) {
        return grants.stream().anyMatch(grant -> grant.role().includes(role) && grant.isEverywhere());
    }

    /** Whether the role is held on a cluster. */
    public boolean may(Role role, ClusterId cluster) {
        // Asked for each item of long lists, so without a stream.
        for (Grant grant : grants) {
            if (grant.role().includes(role) && grant.covers(cluster)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a cluster exists for this person. */
    public boolean sees(ClusterId cluster) {
        return may(Role.OBPROXY_VIEWER, cluster);
    }

    /** The same for many clusters, worked out once where it is the same for all of them. */
    public Predicate<ClusterId> seen() {
        return hasEverywhere(Role.OBPROXY_VIEWER) ? cluster -> true : this::sees;
    }

    /** Why they may not change a cluster; null when they may. */
    public @Nullable Refusal refusesChange(String user, ClusterId cluster) {
        if (may(Role.OBPROXY_MANAGER, cluster)) {
            return null;
        }
        return sees(cluster)
                ? Refusal.of(Code.FORBIDDEN, Text.FORBIDDEN_HERE, user, Role.OBPROXY_MANAGER, cluster)
                : Rules.clusterUnknown(cluster.value());
    }
}
