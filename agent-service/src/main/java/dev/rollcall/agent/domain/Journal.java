package dev.rollcall.agent.domain;

import dev.rollcall.agent.domain.JournalEntry.Fence;
import dev.rollcall.agent.domain.JournalEntry.Intent;
import dev.rollcall.agent.domain.JournalEntry.Meant;
import dev.rollcall.agent.domain.JournalEntry.Outcome;
import dev.rollcall.agent.domain.JournalEntry.SettingChange;
import dev.rollcall.agent.domain.JournalEntry.SettingRestored;
import dev.rollcall.agent.domain.JournalEntry.WatchdogReleased;
import dev.rollcall.agent.domain.JournalEntry.WatchdogSuspended;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the journal of an ODP says, read from its first line to its last. Immutable.
 *
 * <p>The highest epoch stays, whatever is compacted. Only what belongs to that epoch counts when it is asked what has been
 * done; settings that were left changed count whoever changed them.
 */
public final class Journal {
    /** Above this number of lines a journal is rewritten with what still counts. */
    public static final int COMPACT_ABOVE_LINES = 200;

    private static final Journal EMPTY = new Journal(null, List.of(), Map.of(), Map.of(), List.of(), null, 0);

    private final @Nullable Fence fence;
    private final List<Intent> intents;
    private final Map<CommandId, Outcome> outcomes;
    private final Map<String, SettingChange> changedSettings;
    private final List<WatchdogSuspended> suspended;
    private final @Nullable String odpRoot;
    private final int lines;

    private Journal(
            @Nullable Fence fence,
            List<Intent> intents,
            Map<CommandId, Outcome> outcomes,
            Map<String, SettingChange> changedSettings,
            List<WatchdogSuspended> suspended,
            @Nullable String odpRoot,
            int lines) {
        this.fence = fence;
        this.intents = List.copyOf(intents);
        this.outcomes = Map.copyOf(outcomes);
        this.changedSettings = new LinkedHashMap<>(changedSettings);
        this.suspended = List.copyOf(suspended);
        this.odpRoot = odpRoot;
        this.lines = lines;
    }

    public static Journal empty() {
        return EMPTY;
    }

    /** Folds lines as they lie on the host; torn ones are skipped. */
    public static Journal read(List<String> text) {
        Journal journal = EMPTY;
        for (String line : text) {
            if (!line.isBlank()) {
                Optional<JournalEntry> entry = JournalEntry.parse(line);
                journal = entry.isPresent() ? journal.with(entry.get()) : journal.longer();
            }
        }
        return journal;
    }

    /** The journal after {@code entry} was appended. */
    public Journal with(JournalEntry entry) {
        Fence newFence = fence;
        List<Intent> newIntents = new ArrayList<>(intents);
        Map<CommandId, Outcome> newOutcomes = new HashMap<>(outcomes);
        Map<String, SettingChange> newSettings = new LinkedHashMap<>(changedSettings);
        List<WatchdogSuspended> newSuspended = new ArrayList<>(suspended);
        String newRoot = odpRoot;
        if (entry instanceof Fence f) {
            if (fence == null || f.epoch() > fence.epoch()) {
                newFence = f;
                newIntents.clear();
                newOutcomes.clear();
            }
        } else if (entry instanceof Intent i) {
            // The START of the dead-man rule may be older than the fence; it is none of what the newer task did.
            if (fence == null || i.epoch() == fence.epoch()) {
                newIntents.add(i);
            }
            if (i.odpRoot() != null) {
                newRoot = i.odpRoot();
            }
        } else if (entry instanceof SettingChange s) {
            newSettings.putIfAbsent(s.name(), s);
        } else if (entry instanceof SettingRestored s) {
            newSettings.remove(s.name());
        } else if (entry instanceof WatchdogSuspended w) {
            newSuspended.removeIf(left -> left.watchdog().equals(w.watchdog()));
            newSuspended.add(w);
        } else if (entry instanceof WatchdogReleased w) {
            newSuspended.removeIf(left -> left.watchdog().equals(w.watchdog()));
        } else if (entry instanceof Outcome o) {
            newOutcomes.put(o.command(), o);
        }
        return new Journal(newFence, newIntents, newOutcomes, newSettings, newSuspended, newRoot, lines + 1);
    }

    private Journal longer() {
        return new Journal(fence, intents, outcomes, changedSettings, suspended, odpRoot, lines + 1);
    }

    /** The task whose commands are let through now. */
    public Optional<Fence> fence() {
        return Optional.ofNullable(fence);
    }

    /** Original values of settings that are still changed, by name, in the order of their change. */
    public Map<String, String> changedSettings() {
        Map<String, String> originals = new LinkedHashMap<>();
        changedSettings.forEach((name, change) -> originals.put(name, change.original()));
        return originals;
    }

    /** Watchdogs that a command suspended, whichever it was, and that nobody has seen to since. */
    public List<WatchdogSuspended> suspendedWatchdogs() {
        return suspended;
    }

    /** OBPROXY_ROOT the ODP last ran with, as far as it was seen. */
    public Optional<String> odpRoot() {
        return Optional.ofNullable(odpRoot);
    }

    /** How the effect of a command ended; empty when that was not written. */
    public Optional<Outcome> outcome(CommandId command) {
        return Optional.ofNullable(outcomes.get(command));
    }

    /** The last intent of this task to do {@code kind} to {@code meant}. */
    public Optional<Intent> intent(TaskId task, long epoch, CommandKind kind, Meant meant) {
        return last(i -> i.task().equals(task) && i.epoch() == epoch && i.kind() == kind && meant.equals(i.meant()));
    }

    /** The last intent that {@code command} wrote. */
    public Optional<Intent> intent(CommandId command) {
        return last(i -> i.command().equals(command));
    }

    /** Whether the task of the fence has begun to act. */
    public boolean acted() {
        return !intents.isEmpty();
    }

    /** The highest attempt of which a START came in this epoch; 0 when none did. */
    public int highestStart() {
        return intents.stream()
                .filter(i -> i.kind() == CommandKind.START)
                .mapToInt(Intent::attempt)
                .max()
                .orElse(0);
    }

    /** The highest attempt at a step that began to act in this epoch; 0 when none did. */
    public int highestAttempt(String step) {
        return intents.stream()
                .filter(i -> i.step().equals(step))
                .mapToInt(Intent::attempt)
                .max()
                .orElse(0);
    }

    public int lines() {
        return lines;
    }

    /** What a shorter journal that says the same consists of. */
    public List<JournalEntry> compacted() {
        List<JournalEntry> entries = new ArrayList<>();
        if (fence != null) {
            entries.add(fence);
        }
        for (Intent intent : intents) {
            entries.add(intent);
            Outcome outcome = outcomes.get(intent.command());
            if (outcome != null && !entries.contains(outcome)) {
                entries.add(outcome);
            }
        }
        entries.addAll(changedSettings.values());
        entries.addAll(suspended);
        return entries;
    }

    private Optional<Intent> last(java.util.function.Predicate<Intent> wanted) {
        for (int i = intents.size() - 1; i >= 0; i--) {
            if (wanted.test(intents.get(i))) {
                return Optional.of(intents.get(i));
            }
        }
        return Optional.empty();
    }
}
