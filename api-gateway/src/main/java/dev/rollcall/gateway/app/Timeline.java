package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.TimelineEvent;
import dev.rollcall.gateway.domain.TimelineEvent.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events of one task in the order of their log. Grows at its end only, so a reader needs no more than an index to go on
 * from; nothing is buffered for a reader. For any thread.
 */
public final class Timeline {

    private final List<TimelineEvent> events = new ArrayList<>();

    synchronized void add(TimelineEvent event) {
        if (!events.isEmpty() && !isAfter(event, events.get(events.size() - 1).position())) {
            return;
        }
        events.add(event);
    }

    private static boolean isAfter(TimelineEvent event, Position position) {
        return event.position().partition() != position.partition()
                || event.position().offset() > position.offset();
    }

    /** Index of the first event behind a position; 0 when there is none to go on from. */
    public synchronized int indexAfter(@Nullable Position position) {
        if (position == null) {
            return 0;
        }
        int index = events.size();
        while (index > 0 && isBehind(events.get(index - 1).position(), position)) {
            index--;
        }
        return index;
    }

    private static boolean isBehind(Position event, Position position) {
        // All events of a task are on one partition. A position of another one is not of this task: all of it is new
        // then.
        return event.partition() != position.partition() || event.offset() > position.offset();
    }

    synchronized int size() {
        return events.size();
    }

    /** The event of a kind that came of another event, looked for from an index on; null when it is not there (yet). */
    synchronized @Nullable TimelineEvent of(String type, String causedBy, int from) {
        for (int index = events.size() - 1; index >= from; index--) {
            TimelineEvent event = events.get(index);
            if (event.type().equals(type) && causedBy.equals(event.causedBy())) {
                return event;
            }
        }
        return null;
    }

    /** The event at an index; null when it has not happened yet. */
    public synchronized @Nullable TimelineEvent at(int index) {
        return index < events.size() ? events.get(index) : null;
    }

    /** All events so far. */
    public synchronized List<TimelineEvent> all() {
        return List.copyOf(events);
    }

    synchronized boolean ended() {
        return !events.isEmpty() && events.get(events.size() - 1).last();
    }
}
