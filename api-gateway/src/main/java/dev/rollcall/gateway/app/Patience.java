package dev.rollcall.gateway.app;

import java.time.Duration;

/**
 * How long the gateway waits for others.
 *
 * @param ownView until its own view has a record it has written
 * @param clusterChange until the planner has answered to a change of a definition
 * @param control until the planner has answered to a control, and the task shows it
 */
public record Patience(Duration ownView, Duration clusterChange, Duration control) {}
