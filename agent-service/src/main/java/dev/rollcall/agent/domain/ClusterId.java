package dev.rollcall.agent.domain;

/** Id of a cluster of ODPs. */
public record ClusterId(String value) {
    public ClusterId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("An id must not be blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
