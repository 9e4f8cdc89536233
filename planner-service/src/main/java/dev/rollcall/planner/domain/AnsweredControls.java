package dev.rollcall.planner.domain;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Event ids of the controls of a task that were answered, the latest {@value #MOST}: one that comes again is not applied again.
 */
public record AnsweredControls(List<String> eventIds) {
    private static final int MOST = 100;

    static boolean has(@Nullable AnsweredControls answered, String eventId) {
        return answered != null && answered.eventIds.contains(eventId);
    }

    static AnsweredControls with(@Nullable AnsweredControls before, String eventId) {
        List<String> known = before == null ? List.of() : before.eventIds;
        return new AnsweredControls(Stream.concat(
                        known.stream().skip(Math.max(0, known.size() + 1 - MOST)), Stream.of(eventId))
                .toList());
    }
}
