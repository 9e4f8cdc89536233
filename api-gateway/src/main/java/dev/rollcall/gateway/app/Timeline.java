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
