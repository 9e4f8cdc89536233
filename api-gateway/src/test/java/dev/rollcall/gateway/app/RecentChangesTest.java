package dev.rollcall.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.app.PositionVector.LogPartition;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.OdpId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentChangesTest {

    private static final LogPartition STATUS_0 = new LogPartition("status", 0);
    private static final LogPartition STATUS_1 = new LogPartition("status", 1);
    private static final LogPartition TASKS_0 = new LogPartition("tasks", 0);
    private static final List<LogPartition> LOGS = List.of(TASKS_0, STATUS_0, STATUS_1);
    private static final Instant THEN = Instant.parse("2026-01-31T12:00:00Z");

    private final RecentChanges recent = new RecentChanges(3);

    private static Change odp(String id) {
        return new Change.OdpChanged(Given.PAY, new OdpId(id));
    }

    private static PositionVector at(long tasks, long status0, long status1) {
        return new PositionVector(THEN, new TreeMap<>(Map.of(TASKS_0, tasks, STATUS_0, status0, STATUS_1, status1)));
    }

    @Test
    void shouldTellWhatChangedFromAPositionOn() {
        recent.add(odp("a"), STATUS_0, 4);
        recent.add(odp("b"), STATUS_1, 9);
        recent.add(odp("a"), STATUS_0, 5);

        assertThat(recent.since(at(0, 5, 10))).containsExactly(odp("a"));
        assertThat(recent.since(at(0, 6, 9))).containsExactly(odp("b"));
        assertThat(recent.since(at(0, 6, 10))).isEmpty();
        assertThat(recent.since(at(0, 0, 0))).containsExactlyInAnyOrder(odp("a"), odp("b"));
    }

    @Test
    void shouldSayThatItHasForgotten() {
        recent.add(odp("a"), STATUS_0, 4);
        recent.add(odp("b"), STATUS_1, 9);
        recent.add(odp("c"), STATUS_0, 7);
        recent.add(odp("d"), STATUS_0, 8);

        assertThat(recent.since(at(0, 4, 0))).isNull();
        assertThat(recent.since(at(0, 5, 0))).containsExactlyInAnyOrder(odp("b"), odp("c"), odp("d"));
    }

    /** Whoever is told nothing of a change knows it from before, whatever was forgotten in between. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldMissNothing(long seed) {
        Random random = new Random(seed);
        RecentChanges changes = new RecentChanges(10);
        Map<LogPartition, Long> ends = new HashMap<>();
        Map<Change, Map<LogPartition, Long>> truth = new HashMap<>();
        for (int step = 0; step < 500; step++) {
            LogPartition log = LOGS.get(random.nextInt(LOGS.size()));
            long offset = ends.merge(log, 1L + random.nextInt(2), Long::sum);
            Change change = odp("o" + random.nextInt(15));
            changes.add(change, log, offset);
            truth.computeIfAbsent(change, key -> new HashMap<>()).put(log, offset);

            PositionVector position =
                    at(before(random, ends, TASKS_0), before(random, ends, STATUS_0), before(random, ends, STATUS_1));
            Set<Change> told = changes.since(position);
            if (told != null) {
                truth.forEach((thing, offsets) -> {
                    boolean isNew = offsets.entrySet().stream()
                            .anyMatch(said -> said.getValue() >= position.next(said.getKey()));
                    assertThat(told.contains(thing))
                            .as("seed %s, %s", seed, thing)
                            .isEqualTo(isNew);
                });
            }
        }
    }

    private static long before(Random random, Map<LogPartition, Long> ends, LogPartition log) {
        return Math.max(0, ends.getOrDefault(log, 0L) + 1 - random.nextInt(4));
    }

    // ---- positions ----

    @Test
    void shouldReadThePositionItWrote() {
        PositionVector position = at(0, 127, Long.MAX_VALUE);

        String text = position.text();

        assertThat(text).matches("[A-Za-z0-9_-]+");
        assertThat(PositionVector.parse(text, LOGS)).isEqualTo(position);
    }

    @Test
    void shouldNotReadAPositionOfOtherLogs() {
        String text = at(1, 2, 3).text();

        assertThat(PositionVector.parse(text, List.of(TASKS_0, STATUS_0))).isNull();
        assertThat(PositionVector.parse(text, List.of(TASKS_0, STATUS_0, new LogPartition("other", 0))))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "AA", "AQ", "!!!!", "AQAAAAAAAAAAAAAAAAAA", "////", "AQ==", "\u00e9"})
    void shouldNotReadAnotherText(String text) {
        assertThat(PositionVector.parse(text, LOGS)).isNull();
    }

    @Test
    void shouldNotReadATextThatWasChanged() {
        String text = at(4, 300, 70_000).text();
        for (int place = 0; place < text.length(); place++) {
            char other = text.charAt(place) == 'A' ? 'B' : 'A';
            @Nullable
            PositionVector read =
                    PositionVector.parse(text.substring(0, place) + other + text.substring(place + 1), LOGS);
            // The last character has bits that stand for nothing.
            assertThat(read == null || (place == text.length() - 1 && read.equals(at(4, 300, 70_000))))
                    .as("changed at %s", place)
                    .isTrue();
        }
    }
}
