package dev.rollcall.task.domain;

/** What became of one rule of the precheck; {@code detail} is empty when nothing speaks against the restart. */
public record RuleVerdict(String rule, String code, boolean kept, String detail) {}
