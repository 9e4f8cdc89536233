package dev.rollcall.agent.adapter.kafka;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpResult;
import java.time.Instant;

/** The agent's own mapping of commands and results, for the simulation of the whole system. */
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
}
