package dev.rollcall.agent.app;

import java.time.Duration;

/**
 * How the agent works.
 *
 * @param agentId name of this agent in results and status
 * @param maxInFlight commands worked on at the same time
 * @param loginTimeout how long an admin login and each of its answers may take
 * @param lockWait how long a PROBE waits for the lock of an ODP that another command holds
 * @param lockLease after this long without a word of the agent its host lets the lock go
 * @param rollbackTimeout hot_upgrade_rollback_timeout for the time of a restart
 * @param stopGrace between SIGTERM and SIGKILL
 * @param startTimeout for a started process to answer a login
 * @param maxCommandAge an older HOT_RESTART or STOP is not begun: its task has given it up
 * @param heartbeat between PROGRESS reports of a command
 * @param stopLease an ODP this agent stopped is started by it when no word came for this long
 */
public record Settings(
        String agentId,
        int maxInFlight,
        Duration loginTimeout,
        Duration lockWait,
        Duration lockLease,
        Duration rollbackTimeout,
        Duration stopGrace,
        Duration startTimeout,
        Duration maxCommandAge,
        Duration heartbeat,
        Duration stopLease) {}
