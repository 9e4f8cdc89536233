package dev.rollcall.gateway.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.Odp;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewsTest {

    private static final TaskId T1 = new TaskId("t1");

    private final Views views = new Views(3, 2, 1_000);

    private void task(String id, long version, TaskState state) {
        views.apply(Given.task(id, version, state, TaskPhase.UNKNOWN, Task.Counts.NONE));
    }

    private @Nullable Task activeTask(Instant now) {
        ClusterNow cluster = views.cluster(Given.PAY, now);
        assertThat(cluster).isNotNull();
        return cluster == null ? null : cluster.activeTask();
    }

    @Test
    void shouldJoinWhatComesInAnyOrder() {
        views.apply(Given.sighting("a", OdpState.RUNNING, "4.3.1", Given.NOW));
        views.apply(Given.odp("a"));
        assertThat(views.cluster(Given.PAY, Given.NOW)).isNull();

        views.apply(Given.cluster(1));

        ClusterNow now = views.cluster(Given.PAY, Given.NOW);
        assertThat(now).isNotNull();
        if (now != null) {
            assertThat(now.odps())
                    .singleElement()
                    .satisfies(odp -> assertThat(odp.state()).isEqualTo(OdpState.RUNNING));
        }
    }

    @Test
    void shouldForgetWhatIsRemoved() {
        views.apply(Given.cluster(1));
        views.apply(Given.odp("a"));

        views.removeOdp(Given.PAY, new OdpId("a"));
        views.removeSighting(Given.PAY, new OdpId("a"));
        views.removeCluster(Given.PAY);

        assertThat(views.knows(Given.PAY)).isFalse();
        views.apply(Given.cluster(1));
        assertThat(views.clusters(Given.NOW))
                .singleElement()
                .satisfies(now -> assertThat(now.odps()).isEmpty());
    }

    @Test
    void shouldShowARequestAsPendingUntilItIsTakenUp() {
        views.apply(Given.request("e1", "t1", null, Given.NOW));
        assertThat(views.task(T1)).extracting(Task::state).isEqualTo(TaskState.PENDING);

        task("t1", 1, TaskState.RUNNING);

        assertThat(views.task(T1)).extracting(Task::state).isEqualTo(TaskState.RUNNING);
    }

    @Test
    void shouldKeepTheFirstRequestOfATask() {
        views.apply(Given.request("e1", "t1", "hash", Given.NOW));
        views.apply(Given.request("e2", "t1", "other", Given.NOW));

        assertThat(views.request(T1)).extracting("eventId").isEqualTo("e1");
    }

    @Test
    void shouldNotGoBackToAnOlderVersionOfATask() {
        task("t1", 2, TaskState.COMPLETED);
        task("t1", 1, TaskState.RUNNING);

        assertThat(views.task(T1)).extracting(Task::state).isEqualTo(TaskState.COMPLETED);
    }

    @Test
    void shouldKnowTheActiveTaskUntilItEnds() {
        views.apply(Given.cluster(0));
        task("t1", 1, TaskState.RUNNING);
        assertThat(activeTask(Given.NOW)).isNotNull();

        task("t1", 2, TaskState.REJECTED);

        assertThat(activeTask(Given.NOW)).isNull();
    }

    @Test
    void shouldCountARequestAsActiveForAMinuteOnly() {
        views.apply(Given.cluster(0));
        views.apply(Given.request("e1", "t1", null, Given.NOW));

        assertThat(activeTask(Given.NOW.plusSeconds(59))).isNotNull();
        assertThat(activeTask(Given.NOW.plusSeconds(60))).isNull();
    }

    @Test
    void shouldPreferTheTaskThatRunsToOneThatIsOnlyAskedFor() {
        views.apply(Given.cluster(0));
        views.apply(Given.request("e1", "t1", null, Given.NOW.minusSeconds(5)));
        task("t2", 1, TaskState.RUNNING);

        assertThat(activeTask(Given.NOW)).extracting(Task::id).isEqualTo(new TaskId("t2"));
    }

    @Test
    void shouldBoundTasksAndTheirDetailsButNeverDropARunningOne() {
        task("running", 1, TaskState.RUNNING);
        views.apply(Given.event("running", 0, 1, false));
        for (int i = 1; i <= 5; i++) {
            views.apply(Given.event("t" + i, 0, 10 + i, true));
            task("t" + i, 1, TaskState.COMPLETED);
        }

        assertThat(views.tasks())
                .extracting(task -> task.id().value())
                .containsExactlyInAnyOrder("running", "t4", "t5");
        assertThat(views.timeline(new TaskId("running")).all()).hasSize(1);
        task("t6", 1, TaskState.COMPLETED);
        assertThat(views.detailsGone(new TaskId("t5"))).isFalse();
    }

    @Test
    void shouldSayThatDetailsAreGone() {
        Views small = new Views(100, 1, 1_000);
        small.apply(Given.event("t1", 0, 1, true));
        small.apply(Given.task("t1", 1, TaskState.COMPLETED, TaskPhase.UNKNOWN, Task.Counts.NONE));
        small.apply(Given.task("t2", 1, TaskState.COMPLETED, TaskPhase.UNKNOWN, Task.Counts.NONE));

        assertThat(small.detailsGone(T1)).isTrue();
        assertThat(small.timeline(T1).all()).isEmpty();
        assertThat(small.task(T1)).isNotNull();
    }

    @Test
    void shouldBoundRequestsThatNobodyEverTakesUp() {
        Views small = new Views(10, 1, 1_000);
        for (int i = 0; i < 100; i++) {
            small.apply(Given.request("e" + i, "t" + i, null, Given.NOW.plusSeconds(i)));
        }

        assertThat(small.tasks()).hasSizeLessThanOrEqualTo(11);
        assertThat(small.task(new TaskId("t99"))).isNotNull();
        assertThat(small.task(new TaskId("t0"))).isNull();
    }

    @Test
    void shouldKeepTheTasksThatEndedLastInWhateverOrderTheyAreRead() {
        List<Integer> order = new ArrayList<>(IntStream.range(0, 20).boxed().toList());
        Collections.shuffle(order, new Random(7));
        Views small = new Views(10, 3, 1_000);
        for (int number : order) {
            small.apply(ended("t" + number, TaskState.COMPLETED, Given.NOW.plusSeconds(number)));
        }

        assertThat(small.tasks())
                .extracting(task -> task.id().value())
                .containsExactly("t19", "t18", "t17", "t16", "t15", "t14", "t13", "t12", "t11", "t10");
        assertThat(small.tasks())
                .filteredOn(task -> !small.detailsGone(task.id()))
                .extracting(task -> task.id().value())
                .containsExactly("t19", "t18", "t17");
    }

    @Test
    void shouldLetNoRemainsOfForgottenTasksPushOutWhatIsThere() {
        Views small = new Views(10, 3, 1_000);
        for (int number = 0; number < 40; number++) {
            small.apply(ended("t%02d".formatted(number), TaskState.COMPLETED, Given.NOW.plusSeconds(number)));
        }
        // The events are on a topic of their own, and read afterwards.
        for (int number = 0; number < 40; number++) {
            small.apply(Given.event("t%02d".formatted(number), 0, number, true));
        }

        assertThat(small.tasks()).hasSize(10);
        assertThat(small.timeline(new TaskId("t39")).all()).hasSize(1);
        assertThat(small.timeline(new TaskId("t00")).all()).isEmpty();
    }

    @Test
    void shouldKnowTheTaskOfAKeyForADayHoweverManyTasksThereAre() {
        Views small = new Views(10, 3, 1_000);
        for (int i = 0; i < 40; i++) {
            String task = "t%02d".formatted(i);
            Instant at = Given.NOW.plus(Duration.ofHours(i));
            small.apply(Given.request("e" + i, task, "body", at));
            small.apply(ended(task, TaskState.COMPLETED, at));
        }

        assertThat(small.tasks()).extracting(task -> task.id().value()).last().isEqualTo("t16");
        assertThat(small.tasks()).hasSize(24);
    }

    @Test
    void shouldBoundEvenTheTasksOfKeys() {
        Views small = new Views(10, 3, 1_000);
        for (int i = 0; i < 200; i++) {
            Instant at = Given.NOW.plusSeconds(i);
            small.apply(Given.request("e" + i, "t" + i, "body", at));
            small.apply(ended("t" + i, TaskState.COMPLETED, at));
        }

        assertThat(small.tasks()).hasSize(10 * Views.KEYED_TASKS_AT_MOST);
    }

    @Test
    void shouldShowANewRequestHoweverManyTasksRun() {
        Views small = new Views(10, 3, 1_000);
        for (int i = 0; i < 30; i++) {
            small.apply(Given.task("t" + i, 1, TaskState.RUNNING, TaskPhase.RESTART, Task.Counts.NONE));
        }

        small.apply(Given.request("e", "new", null, Given.NOW));

        assertThat(small.task(new TaskId("new"))).isNotNull();
    }

    @Test
    void shouldKnowWhatIsOpenAndWhatFailedLately() {
        Views large = new Views(100, 10, 1_000);
        large.apply(Given.request("e", "asked", null, Given.NOW));
        large.apply(Given.task("running", 1, TaskState.RUNNING, TaskPhase.RESTART, Task.Counts.NONE));
        large.apply(Given.task("halted", 1, TaskState.HALTED, TaskPhase.RESTART, Task.Counts.NONE));
        large.apply(ended("fine", TaskState.COMPLETED, Given.NOW.plusSeconds(9)));
        large.apply(ended("old", TaskState.FAILED, Given.NOW.minusSeconds(1)));
        large.apply(ended("failed", TaskState.FAILED, Given.NOW));
        large.apply(ended("incomplete", TaskState.INCOMPLETE, Given.NOW.plusSeconds(5)));

        assertThat(large.openTasks())
                .extracting(task -> task.id().value())
                .containsExactlyInAnyOrder("asked", "running", "halted");
        assertThat(large.failedSince(Given.NOW))
                .extracting(task -> task.id().value())
                .containsExactly("incomplete", "failed");
        large.removeTask(new TaskId("failed"));
        assertThat(large.failedSince(Given.NOW)).hasSize(1);
    }

    private static Task ended(String id, TaskState state, Instant at) {
        return new Task(
                new TaskId(id),
                Given.PAY,
                9,
                Mode.RESTART,
                state,
                TaskPhase.ROLL_CALL,
                false,
                "alice",
                "",
                at,
                at,
                at,
                Task.Counts.NONE,
                List.of(),
                List.of(),
                null,
                Task.Plan.NONE);
    }

    @Test
    void shouldKeepATimelineInOrderWithoutDuplicatesWhenItIsReadAgain() {
        for (long offset : new long[] {1, 3, 7, 3, 7, 8}) {
            views.apply(Given.event("t1", 2, offset, false));
        }

        Timeline timeline = views.timeline(T1);

        assertThat(timeline.all())
                .extracting(event -> event.position().offset())
                .containsExactly(1L, 3L, 7L, 8L);
        assertThat(timeline.indexAfter(null)).isZero();
        assertThat(timeline.indexAfter(new Position(2, 3))).isEqualTo(2);
        assertThat(timeline.indexAfter(new Position(2, 5))).isEqualTo(2);
        assertThat(timeline.indexAfter(new Position(2, 8))).isEqualTo(4);
        assertThat(timeline.indexAfter(new Position(0, 8))).isZero();
    }

    @Test
    void shouldTellChangesButNotHeartbeats() {
        List<Change> changes = new ArrayList<>();
        try (Views.Watch watch = views.watchAll(changes::add)) {
            views.apply(Given.sighting("a", OdpState.RUNNING, "4.3.1", Given.NOW));
            views.apply(Given.sighting("a", OdpState.RUNNING, "4.3.1", Given.NOW.plusSeconds(10)));
            views.apply(Given.sighting("a", OdpState.STOPPED, null, Given.NOW.plusSeconds(20)));
            assertThat(watch).isNotNull();
        }
        views.apply(Given.sighting("a", OdpState.RUNNING, "4.3.1", Given.NOW.plusSeconds(30)));

        assertThat(changes).hasSize(2);
    }

    @Test
    void shouldWakeWhoWaitsForATask() {
        views.apply(Given.request("e1", "t1", null, Given.NOW));
        CompletableFuture<@Nullable Task> waiting = views.await(T1, Task::pastPrecheck, Duration.ofSeconds(30));
        assertThat(waiting).isNotDone();

        task("t1", 1, TaskState.REJECTED);

        assertThat(waiting)
                .succeedsWithin(Duration.ofSeconds(10))
                .extracting("state")
                .isEqualTo(TaskState.REJECTED);
    }

    @Test
    void shouldGiveUpWaitingWithTheTaskAsItIs() {
        views.apply(Given.request("e1", "t1", null, Given.NOW));

        assertThat(views.await(T1, Task::pastPrecheck, Duration.ofMillis(10)))
                .succeedsWithin(Duration.ofSeconds(10))
                .extracting("state")
                .isEqualTo(TaskState.PENDING);
    }

    @Test
    void shouldKnowHowFarItHasRead() {
        ReadPositions positions = views.positions();
        CompletableFuture<Void> waiting = positions.await(new LogPosition("t", 0, 5), Duration.ofSeconds(30));
        positions.advance("t", 0, 5);
        positions.advance("t", 1, 9);
        assertThat(waiting).isNotDone();

        positions.advance("t", 0, 6);

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(10));
        assertThat(positions.await(new LogPosition("t", 0, 5), Duration.ofSeconds(30)))
                .succeedsWithin(Duration.ofSeconds(10));
        assertThat(positions.await(new LogPosition("t", 0, 6), Duration.ofMillis(10)))
                .failsWithin(Duration.ofSeconds(10));
    }

    @Test
    void shouldFindTheTasksOfAClusterAndNoOthersAlsoAfterSomeAreForgotten() {
        views.apply(Given.request("e1", "t1", null, Given.NOW));
        for (String id : List.of("t2", "t3", "t4", "t5")) {
            task(id, 1, TaskState.COMPLETED);
        }

        List<Task> all = views.tasks();
        assertThat(views.tasks(Given.PAY, task -> true)).isEqualTo(all).hasSize(4);
        assertThat(all)
                .as("newest first")
                .isSortedAccordingTo(Comparator.comparing(Task::requestedAt)
                        .thenComparing(Task::id)
                        .reversed());
        assertThat(views.tasks(Given.PAY, task -> task.id().equals(T1))).hasSize(1);
        assertThat(views.tasks(new ClusterId("other"), task -> true)).isEmpty();
        all.forEach(task -> views.removeTask(task.id()));
        assertThat(views.tasks(Given.PAY, task -> true)).isEmpty();
    }

    @Test
    void shouldMentionWhatAClusterIsCalledNow() {
        views.apply(Given.cluster(1));
        assertThat(views.mentions(Given.PAY, "pay")).isTrue();
        assertThat(views.mentions(Given.PAY, "10.0.0.77")).isFalse();

        views.apply(new Odp(Given.PAY, new OdpId("x"), "ODP.Example", "", 2883, "/home/admin"));
        assertThat(views.mentions(Given.PAY, "odp.example")).isTrue();
        views.removeOdp(Given.PAY, new OdpId("x"));
        assertThat(views.mentions(Given.PAY, "odp.example")).isFalse();
    }

    @Test
    void shouldTellByARevisionThatATaskOrARowOfItChanged() {
        assertThat(views.revision(T1)).isZero();
        task("t1", 1, TaskState.RUNNING);
        long first = views.revision(T1);
        task("t2", 1, TaskState.RUNNING);
        assertThat(views.revision(T1)).isEqualTo(first).isPositive();

        views.apply(Given.row("t1", "a", 1, TaskOdpState.RUNNING));
        long second = views.revision(T1);
        assertThat(second).isNotEqualTo(first);
        views.removeTaskOdp(T1, new OdpId("a"));
        assertThat(views.revision(T1)).isNotEqualTo(second);
    }

    @Test
    void shouldKeepNoAnswersThatNobodyWaitsFor() {
        PlannerAnswers answers = new PlannerAnswers();
        PlannerAnswer applied = new PlannerAnswer("e", true, 1, List.of(), null, "");
        CompletableFuture<PlannerAnswer> mine = answers.expect("mine", Duration.ofSeconds(30));
        CompletableFuture<PlannerAnswer> late = answers.expect("late", Duration.ofMillis(1));

        answers.answered("mine", applied);
        answers.answered("somebody else's", applied);

        assertThat(mine).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(applied);
        assertThat(late).failsWithin(Duration.ofSeconds(10));
        assertThat(answers.size()).isZero();
    }
}
