package dev.rollcall.planner.domain;

/** What a batch must not mix; UNKNOWN is something that this planner does not know. */
public enum BatchGroup {
    UNKNOWN,
    NONE,
    ZONE
}
