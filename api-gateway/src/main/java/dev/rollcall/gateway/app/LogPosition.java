package dev.rollcall.gateway.app;

/** Where a record stands on its topic. */
public record LogPosition(String topic, int partition, long offset) {}
