package dev.rollcall.planner.domain;

import java.util.List;

/** What became of an input. */
public sealed interface Decision {

    /** Entries to change, in no particular order. */
    default List<Change> changes() {
        return List.of();
    }

    /** What is to be sent, in this order. */
    default List<Output> outputs() {
        return List.of();
    }

    record Accepted(List<Change> changes, List<Output> outputs) implements Decision {}

    /** Refused in words; the answer is among the outputs. */
    record Rejected(List<Rejection> rejections, List<Change> changes, List<Output> outputs) implements Decision {}

    /** A duplicate, or too late; nothing changes. */
    record Ignored(String reason) implements Decision {}
}
