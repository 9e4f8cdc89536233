package dev.rollcall.planner.domain;

/** Id of a task, a UUID. */
public record TaskId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
