package dev.rollcall.planner.domain;

import java.time.Duration;
import java.util.Map;

/**
 * What an installation may choose.
 *
 * @param minHotRestartVersion lowest version of an ODP that is restarted in mode RESTART, such as 3.2.1
 * @param maxRequestAge a request older than this is not accepted any more
 * @param haltedTimeout how long a halted task waits for a person
 * @param maxDrainWait how long the task waits for old processes when all new ones serve
 * @param startWithin how long a command may wait for its start, by kind
 * @param runWithin how long its work may take, draining apart, by kind
 * @param runGrace what is added for the planner's own timer, so that the agent can report in words first
 * @param resendInterval how long to wait for ACCEPTED before sending again
 * @param silence how long an agent that works may say nothing before the command is sent again
 * @param maxOpenCommands how many commands of one task may be open at once; a hot restart that only drains takes nothing of an
 *     agent and is not counted
 * @param lookAgainAfter pause before a batch that is not fit is looked at again, and before the roll is called again
 * @param looks how often a batch is looked at before those that are not fit count as failed
 * @param rollCallWithin how long the roll is called again for ODPs that are still coming up
 * @param freeAfter when a cluster is freed without a verdict
 * @param rememberEnded how long ids of ended tasks are remembered
 */
public record PlanSettings(
        String minHotRestartVersion,
        Duration maxRequestAge,
        Duration haltedTimeout,
        Duration maxDrainWait,
        Map<CommandKind, Duration> startWithin,
        Map<CommandKind, Duration> runWithin,
        Duration runGrace,
        Duration resendInterval,
        Duration silence,
        int maxOpenCommands,
        Duration lookAgainAfter,
        int looks,
        Duration rollCallWithin,
        Duration freeAfter,
        Duration rememberEnded) {

    Duration startWithin(CommandKind kind) {
        return startWithin.getOrDefault(kind, Duration.ofMinutes(1));
    }

    Duration runWithin(CommandKind kind) {
        return runWithin.getOrDefault(kind, Duration.ofMinutes(2));
    }
}
