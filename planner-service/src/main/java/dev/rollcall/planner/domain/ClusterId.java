package dev.rollcall.planner.domain;

/** Id of a cluster. */
public record ClusterId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
