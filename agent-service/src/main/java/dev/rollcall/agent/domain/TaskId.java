package dev.rollcall.agent.domain;

/** Id of a restart task. */
public record TaskId(String value) {
    public TaskId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("An id must not be blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
