package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.Access;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param from network address; null when unknown
 * @param traceParent W3C trace context that travels on
 * @param access what they may do, as of now
 */
public record Requester(String user, @Nullable String from, String traceParent, Access access) {}
