package dev.rollcall.planner.domain;

/**
 * What became of one rule of the precheck.
 *
 * @param rule its name
 * @param code with which it refuses
 * @param detail why it refuses; empty when it was kept
 */
public record RuleVerdict(String rule, String code, boolean kept, String detail) {}
