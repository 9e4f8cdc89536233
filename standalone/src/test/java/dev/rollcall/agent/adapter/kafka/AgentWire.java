package dev.rollcall.agent.adapter.kafka;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Facts;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpStatus;
import java.time.Duration;
import java.time.Instant;

/** The agent's own mapping of commands, results and what its monitor sees, for the simulation of the whole system. */
public final class AgentWire {
    private AgentWire() {}

    public static Command command(OdpCommand record) {
        return AvroMapping.command(record, null);
    }

    /** @param eventId in place of the random one */
    public static OdpResult result(Command command, Report report, String agentId, Instant now, String eventId) {
        return OdpResult.newBuilder(AvroMapping.result(command, report, agentId, now))
                .setEventId(eventId)
                .build();
    }

    public static OdpStatus status(
            String cluster, String odp, Facts facts, String agentId, Duration heartbeat, Instant now, String eventId) {
        return OdpStatus.newBuilder()
                .setEventId(eventId)
                .setOccurredAt(now)
                .setClusterId(cluster)
                .setOdpId(odp)
                .setFacts(AvroMapping.facts(facts))
                .setAgentId(agentId)
                .setHeartbeatMillis(heartbeat.toMillis())
                .build();
    }
}
