package dev.rollcall.gateway.adapter.web;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the gateway but its users.
 *
 * @param minHotRestartVersion lowest version of ODP for mode RESTART; the planner's setting decides, this one should be the same
 * @param plannerTimeout how long to wait for the planner's answer to a change of a cluster
 * @param controlTimeout how long to wait for the planner's answer to a control
 * @param viewTimeout how long to wait for the own view after publishing
 * @param streamHeartbeat how often an idle stream of events shows that it is alive
 * @param maxTasks how many tasks the views keep; up to five times as many when they were asked for with an idempotency key within a day,
 *     so that the key goes on to mean its task
 * @param maxAudit how many records of the audit the views keep
 * @param maxDetailedTasks for how many ended tasks the views keep rows and events
 * @param maxRecentChanges how many of the latest changes are kept for clients that come back to the stream of everything; one that has
 *     missed more is told everything anew
 */
@ConfigurationProperties("rollcall.gateway")
public record GatewaySettings(
        @DefaultValue("3.2.1") String minHotRestartVersion,
        @DefaultValue("10s") Duration plannerTimeout,
        @DefaultValue("2s") Duration controlTimeout,
        @DefaultValue("5s") Duration viewTimeout,
        @DefaultValue("15s") Duration streamHeartbeat,
        @DefaultValue("10000") int maxTasks,
        @DefaultValue("10000") int maxAudit,
        @DefaultValue("500") int maxDetailedTasks,
        @DefaultValue("50000") int maxRecentChanges) {}
