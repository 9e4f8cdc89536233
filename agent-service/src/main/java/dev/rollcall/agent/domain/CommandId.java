package dev.rollcall.agent.domain;

/** Id of a command: the same for each sending of it. */
public record CommandId(String value) {
    public CommandId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("An id must not be blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
