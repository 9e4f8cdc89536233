package dev.rollcall.task.domain;

/** Id of a task, a UUID. */
public record TaskId(String value) {

    public TaskId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("TaskId must not be blank");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
