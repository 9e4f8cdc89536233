package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.TaskId;

/** Tells that something in the views has another state now; the state itself is to be read there. */
public sealed interface Change {

    /** The cluster it is about. */
    ClusterId cluster();

    /** A task changed. */
    record TaskChanged(ClusterId cluster, TaskId task) implements Change {}

    /** What is known of an ODP changed. */
    record OdpChanged(ClusterId cluster, OdpId odp) implements Change {}

    /** A cluster definition was stored or removed. */
    record ClusterChanged(ClusterId cluster) implements Change {}
}
