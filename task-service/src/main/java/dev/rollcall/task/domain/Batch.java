package dev.rollcall.task.domain;

/** One batch of a task, numbered from 1. */
public record Batch(int number, int size, BatchState state) {

    Batch with(BatchState next) {
        return new Batch(number, size, next);
    }
}
