package dev.rollcall.gateway.adapter.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class StreamTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Deque<String> waiting = new ArrayDeque<>();
    private final AtomicInteger watches = new AtomicInteger();
    private Runnable onChange = () -> {};
    private boolean over;

    private final Stream.Source source = new Stream.Source() {
        @Override
        public @Nullable ServerSentEvent<String> next() {
            String next = waiting.poll();
            return next == null ? null : ServerSentEvent.builder(next).build();
        }

        @Override
        public boolean isOver(boolean idle) {
            return over;
        }
    };

    private Flux<String> stream() {
        return stream(Duration.ZERO);
    }

    private Flux<String> stream(Duration pause) {
        return blocks(pause, 1)
                .map(block -> block.events().get(0))
                .map(event -> event.comment() == null ? String.valueOf(event.data()) : ":" + event.comment());
    }

    private Flux<EventBlock> blocks(Duration pause, int together) {
        return Stream.of(
                source,
                wake -> {
                    onChange = wake;
                    watches.incrementAndGet();
                    return watches::decrementAndGet;
                },
                HEARTBEAT,
                pause,
                together,
                time);
    }

    private void happens(String event) {
        waiting.add(event);
        onChange.run();
        time.advanceTime();
    }

    @AfterEach
    void release() {
        time.dispose();
    }

    @Test
    void shouldSendWhatIsThereThenWhatComesThenEnd() {
        waiting.add("a");

        StepVerifier.create(stream())
                .then(time::advanceTime)
                .expectNext("a")
                .then(() -> happens("b"))
                .expectNext("b")
                .then(() -> {
                    over = true;
                    happens("c");
                })
                .expectNext("c")
                .verifyComplete();
        assertThat(watches).hasValue(0);
    }

    @Test
    void shouldTakeNoMoreFromTheSourceThanTheClientAsksFor() {
        waiting.add("a");
        waiting.add("b");

        StepVerifier.create(stream(), 1)
                .then(time::advanceTime)
                .expectNext("a")
                .then(() -> {
                    onChange.run();
                    time.advanceTime();
                    assertThat(waiting).containsExactly("b");
                })
                .thenRequest(1)
                .then(time::advanceTime)
                .expectNext("b")
                .thenCancel()
                .verify();
        assertThat(watches).hasValue(0);
    }

    @Test
    void shouldLetChangesGatherAfterAllWasSent() {
        waiting.add("a");
        Duration pause = Duration.ofMillis(100);

        StepVerifier.create(stream(pause))
                .then(time::advanceTime)
                .expectNext("a")
                .then(() -> {
                    happens("b");
                    happens("c");
                    time.advanceTimeBy(pause.minusMillis(1));
                    assertThat(waiting).containsExactly("b", "c");
                })
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectNext("b", "c")
                .thenCancel()
                .verify();
    }

    @Test
    void shouldSendTogetherWhatIsThereAtOnceAsFarAsThatMayBeMuch() {
        waiting.addAll(List.of("a", "b", "c", "d", "e"));

        StepVerifier.create(blocks(Duration.ZERO, 3).map(block -> block.events().size()), 1)
                .then(time::advanceTime)
                .expectNext(3)
                .then(() -> assertThat(waiting).containsExactly("d", "e"))
                .thenRequest(1)
                .then(time::advanceTime)
                .expectNext(2)
                .thenCancel()
                .verify();
    }

    @Test
    void shouldShowAtOnceThatItIsOpenWhenThereIsNothingToSend() {
        StepVerifier.create(stream())
                .then(time::advanceTime)
                .expectNext(":open")
                .then(() -> happens("a"))
                .expectNext("a")
                .thenCancel()
                .verify();
    }

    @Test
    void shouldShowThatItIsAliveOnlyWhenNothingElseDoes() {
        waiting.add("a");

        StepVerifier.create(stream())
                .then(() -> time.advanceTimeBy(HEARTBEAT))
                .expectNext("a")
                .then(() -> time.advanceTimeBy(HEARTBEAT))
                .expectNext(":alive")
                .thenCancel()
                .verify();
    }

    @Test
    void shouldDropAClientThatDoesNotRead() {
        waiting.add("a");
        waiting.add("b");

        StepVerifier.create(stream(), 1)
                .then(time::advanceTime)
                .expectNext("a")
                .then(() -> time.advanceTimeBy(HEARTBEAT.multipliedBy(5)))
                .verifyError(Stream.SlowClientException.class);
        assertThat(waiting).containsExactly("b");
        assertThat(watches).hasValue(0);
    }

    @Test
    void shouldKeepAClientThatReadsThoughItNeverWantsMoreAtAHeartbeat() {
        for (int i = 0; i < 20; i++) {
            waiting.add("e" + i);
        }

        StepVerifier.Step<String> steps = StepVerifier.create(stream(), 1).then(time::advanceTime);
        for (int i = 0; i < 19; i++) {
            steps = steps.expectNext("e" + i)
                    .then(() -> time.advanceTimeBy(HEARTBEAT))
                    .thenRequest(1)
                    .then(time::advanceTime);
        }
        steps.expectNext("e19").thenCancel().verify();
    }
}
