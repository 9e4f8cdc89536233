package dev.rollcall.planner.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.planner.domain.PlanKey;
import dev.rollcall.planner.domain.TaskId;
import dev.rollcall.planner.domain.Timer;
import dev.rollcall.planner.domain.TimerKind;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class StorePlanStateTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("plan").get();
    private final StorePlanState state = new StorePlanState(store);

    @Test
    void shouldFindTheTimersThatALimitedLookLeft() {
        // given
        Timer first = set("first", NOON);
        Timer second = set("second", NOON.plusMillis(1));
        Timer later = set("later", NOON.plusSeconds(5));

        // when, then
        assertThat(state.due(NOON.plusSeconds(1), 1)).containsExactly(first);
        remove(first);
        assertThat(state.due(NOON.plusSeconds(1), 1)).containsExactly(second);
        remove(second);
        assertThat(state.due(NOON.plusSeconds(1), 1)).isEmpty();
        assertThat(state.due(NOON.plusSeconds(5), 1)).containsExactly(later);
    }

    @Test
    void shouldFindATimerAgainThatWasDueAndIsStillThere() {
        Timer timer = set("task", NOON);

        assertThat(state.due(NOON.plusSeconds(1), 10)).containsExactly(timer);
        assertThat(state.due(NOON.plusSeconds(2), 10)).containsExactly(timer);
    }

    @Test
    void shouldFindATimerThatWasSetAfterTheClockWasSetBack() {
        // given
        assertThat(state.due(NOON, 10)).isEmpty();

        // when
        Timer timer = set("task", NOON.minusSeconds(60));

        // then
        assertThat(state.due(NOON.minusSeconds(59), 10)).containsExactly(timer);
    }

    @Test
    void shouldSayTheSameAsOneThatReadsTheStoreAnew() {
        // given
        Timer timer = set("task", NOON);
        PlanKey.TimerKey key = new PlanKey.TimerKey(timer.id());

        // when
        Timer moved = new Timer(timer.id(), NOON.plusSeconds(1), Duration.ofSeconds(2));
        state.put(key, moved);

        // then
        assertThat(state.get(key)).isEqualTo(moved);
        assertThat(new StorePlanState(store).get(key)).isEqualTo(moved);

        // when
        state.remove(key);

        // then
        assertThat(state.get(key)).isNull();
        assertThat(new StorePlanState(store).get(key)).isNull();
    }

    private Timer set(String task, Instant due) {
        Timer timer = new Timer(new Timer.Id(new TaskId(task), null, TimerKind.TASK), due, Duration.ofSeconds(1));
        state.put(new PlanKey.TimerKey(timer.id()), timer);
        state.put(new PlanKey.DueKey(due, timer.id()), timer);
        return timer;
    }

    private void remove(Timer timer) {
        state.remove(new PlanKey.TimerKey(timer.id()));
        state.remove(new PlanKey.DueKey(timer.due(), timer.id()));
    }
}
