package dev.rollcall.planner.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A decision in the making: reads through what it has already changed, and writes nothing to the state. One thread, one input. */
final class Draft {
    private final PlanView view;
    private final Instant now;
    private final PlanSettings settings;
    private final Safeguards safeguards;
    private final Map<PlanKey<?>, Change> changes = new LinkedHashMap<>();
    private final List<Output> outputs = new ArrayList<>();

    Draft(PlanView view, Instant now, PlanSettings settings) {
        this(view, now, settings, Safeguards.KEPT);
    }

    Draft(PlanView view, Instant now, PlanSettings settings, Safeguards safeguards) {
        this.view = view;
        this.now = now;
        this.settings = settings;
        this.safeguards = safeguards;
    }

    Safeguards safeguards() {
        return safeguards;
    }

    Instant now() {
        return now;
    }

    PlanSettings settings() {
        return settings;
    }

    PlanView view() {
        return view;
    }

    <T extends Record> @Nullable T get(PlanKey<T> key) {
        Change change = changes.get(key);
        if (change instanceof Change.Put<?> put) {
            // A key names the type of its entry, and put() takes only entries of that type.
            @SuppressWarnings("unchecked")
            T entry = (T) put.entry();
            return entry;
        }
        return change == null ? view.get(key) : null;
    }

    <T extends Record> void put(PlanKey<T> key, T entry) {
        changes.put(key, new Change.Put<>(key, entry));
    }

    void remove(PlanKey<?> key) {
        changes.put(key, new Change.Remove(key));
    }

    void output(Output output) {
        outputs.add(output);
    }

    void setTimer(Timer.Id id, Duration duration) {
        cancelTimer(id);
        Timer timer = new Timer(id, now.plus(duration), duration);
        put(new PlanKey.TimerKey(id), timer);
        put(new PlanKey.DueKey(timer.due(), id), timer);
    }

    void cancelTimer(Timer.Id id) {
        Timer timer = get(new PlanKey.TimerKey(id));
        if (timer != null) {
            remove(new PlanKey.TimerKey(id));
            remove(new PlanKey.DueKey(timer.due(), id));
        }
    }

    /** Remembers that a task ended, so that its id is not taken for a new one. */
    void remember(EndedTask ended) {
        put(new PlanKey.EndedKey(ended.taskId()), ended);
        put(new PlanKey.ForgetKey(ended.until(), ended.taskId()), ended.taskId());
    }

    Decision accepted() {
        return new Decision.Accepted(List.copyOf(changes.values()), List.copyOf(outputs));
    }

    Decision rejected(List<Rejection> rejections) {
        return new Decision.Rejected(rejections, List.copyOf(changes.values()), List.copyOf(outputs));
    }
}
