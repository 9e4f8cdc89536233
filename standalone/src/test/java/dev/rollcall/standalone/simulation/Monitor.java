package dev.rollcall.standalone.simulation;

import dev.rollcall.agent.adapter.kafka.AgentWire;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.schemas.OdpStatus;
import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The eye that agents keep on every ODP: it looks every few seconds and tells what has changed, and now and then what has not. What it
 * says may come late, long after it was so.
 */
final class Monitor {
    private static final long LOOK = 5_000;
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);

    private final World world;
    private final Map<String, OdpState> told = new HashMap<>();
    private final Map<String, Long> toldAt = new HashMap<>();

    Monitor(World world) {
        this.world = world;
    }

    void begin() {
        world.later(LOOK, this::look);
    }

    private void look() {
        world.later(LOOK, this::look);
        for (Host host : world.hosts()) {
            OdpState state = host.state();
            boolean due = world.now() - toldAt.getOrDefault(host.odp, 0L) >= HEARTBEAT.toMillis();
            if (state != told.put(host.odp, state) || due) {
                toldAt.put(host.odp, world.now());
                OdpStatus status = AgentWire.status(
                        World.CLUSTER, host.odp, host.facts(), "monitor", HEARTBEAT, world.instant(), world.newId());
                world.later(
                        world.between(1, world.fault(Fault.LATE_STATUS) ? 120_000 : 100),
                        () -> world.append(Topics.STATUS, status));
            }
        }
    }
}
