package dev.rollcall.task.domain;

/** Id of a cluster. */
public record ClusterId(String value) {

    public ClusterId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("ClusterId must not be blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
