package dev.rollcall.gateway.app;

import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param from network address; null when unknown
 * @param traceParent W3C trace context that travels on
 */
public record Requester(String user, @Nullable String from, String traceParent) {}
