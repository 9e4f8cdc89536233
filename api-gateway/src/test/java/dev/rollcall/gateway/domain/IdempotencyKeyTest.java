package dev.rollcall.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {

    private static final IdempotencyKey KEY = new IdempotencyKey("5f2c");

    @Test
    void shouldMakeTheSameTaskOfTheSameUserClusterAndKey() {
        TaskId task = KEY.task("alice", Given.PAY);

        // Fixed for ever: another value would make a second task of a request that is repeated after an update.
        assertThat(task.value()).isEqualTo("f27811b4-5a15-53f1-bcc1-4331990f8dea");
        assertThat(UUID.fromString(task.value()).version()).isEqualTo(5);
        assertThat(UUID.fromString(task.value()).variant()).isEqualTo(2);
    }

    @Test
    void shouldMakeAnotherTaskOfAnythingElse() {
        TaskId task = KEY.task("alice", Given.PAY);

        assertThat(List.of(
                        KEY.task("bob", Given.PAY),
                        KEY.task("alice", new ClusterId("pays")),
                        new IdempotencyKey("5f2d").task("alice", Given.PAY),
                        // The same letters, divided otherwise.
                        new IdempotencyKey("y5f2c").task("alice", new ClusterId("pa"))))
                .doesNotContain(task)
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldTakeTheMeaningNotTheForm() {
        String meaning = IdempotencyKey.meaning(Given.order(Mode.RESTART, "a", "b"));

        assertThat(meaning).hasSize(64).isEqualTo(IdempotencyKey.meaning(Given.order(Mode.RESTART, "b", "a")));
        assertThat(List.of(
                        IdempotencyKey.meaning(Given.order(Mode.RESTART, "a")),
                        IdempotencyKey.meaning(Given.order(Mode.FORCE_RESTART, "a", "b")),
                        IdempotencyKey.meaning(new RestartOrder(
                                Mode.RESTART,
                                List.of(new OdpId("a"), new OdpId("b")),
                                Batching.of(List.of(), 0, Drain.OVERLAP),
                                null,
                                true,
                                null,
                                "",
                                null,
                                null,
                                null)),
                        meaning(
                                new Batching(
                                        List.of(), 0, Drain.OVERLAP, true, null, Duration.ZERO, false, false, null),
                                null),
                        meaning(
                                new Batching(
                                        List.of(), 0, Drain.OVERLAP, false, "1", Duration.ZERO, false, false, null),
                                null),
                        meaning(
                                new Batching(
                                        List.of(),
                                        0,
                                        Drain.OVERLAP,
                                        false,
                                        null,
                                        Duration.ofSeconds(1),
                                        false,
                                        false,
                                        null),
                                null),
                        meaning(
                                new Batching(
                                        List.of(), 0, Drain.OVERLAP, false, null, Duration.ZERO, true, false, null),
                                null),
                        meaning(
                                new Batching(
                                        List.of(), 0, Drain.OVERLAP, false, null, Duration.ZERO, false, true, null),
                                null),
                        IdempotencyKey.meaning(new RestartOrder(
                                Mode.RESTART,
                                List.of(new OdpId("a"), new OdpId("b")),
                                Batching.of(List.of(), 0, Drain.OVERLAP),
                                null,
                                false,
                                null,
                                "",
                                null,
                                null,
                                "4.3")),
                        meaning(Batching.of(List.of(), 0, Drain.OVERLAP), Given.NOW)))
                .doesNotContain(meaning);
    }

    private static String meaning(Batching batching, @Nullable Instant notBefore) {
        return IdempotencyKey.meaning(new RestartOrder(
                Mode.RESTART,
                List.of(new OdpId("a"), new OdpId("b")),
                batching,
                null,
                false,
                null,
                "",
                notBefore,
                null,
                null));
    }

    @Test
    void shouldOnlyTakeVisibleAscii() {
        assertThat(IdempotencyKey.isValid("a".repeat(128))).isTrue();
        assertThat(List.of("", " ", "a b", "ä", "a".repeat(129), "a\n")).noneMatch(IdempotencyKey::isValid);
    }
}
