package dev.rollcall.gateway.domain;

/** An ODP as it is defined; only what the API shows. */
public record Odp(ClusterId cluster, OdpId id, String host, String zone, int sqlPort, String home) {}
