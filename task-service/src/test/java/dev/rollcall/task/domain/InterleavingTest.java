package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.MemoryTaskStore;
import dev.rollcall.task.app.RecordingOutbox;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The same facts give the same task, however the topics are interleaved and whatever comes twice. */
class InterleavingTest {

    private static final int STORIES = 800;
    private static final int SHUFFLES = 6;
    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 10_000, Duration.ofMinutes(1), Duration.ofDays(31));

    @Test
    void shouldEndTheSameInEveryInterleavingOfTheTopics() {
        Set<TaskState> ends = EnumSet.noneOf(TaskState.class);
        Set<RowState> rows = EnumSet.noneOf(RowState.class);
        for (long seed = 0; seed < STORIES; seed++) {
            List<TaskInput> story = RandomStory.of(seed);
            Outcome expected = fold(story, seed + " in order");
            ends.add(expected.summary().state());
            expected.rows().values().forEach(row -> rows.add(row.state()));
            for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
                Random random = new Random(seed * 1_000 + shuffle);
                // Half of them keep the order within the results' topic, half of them do not even keep that.
                List<TaskInput> mixed = interleaved(story, random, shuffle % 2 == 1);
                String name = "seed %d, shuffle %d".formatted(seed, shuffle);
                Outcome outcome = fold(mixed, name);
                assertThat(outcome.summary()).as(name).isEqualTo(expected.summary());
                assertThat(outcome.rows()).as(name).isEqualTo(expected.rows());
                assertThat(outcome.tally()).as(name).isEqualTo(expected.tally());
            }
        }
        assertThat(ends)
                .as("the stories reach every end")
                .containsExactlyInAnyOrder(
                        TaskState.COMPLETED,
                        TaskState.INCOMPLETE,
                        TaskState.FAILED,
                        TaskState.CANCELLED,
                        TaskState.REJECTED,
                        TaskState.PLANNED);
        assertThat(rows).contains(RowState.RUNNING, RowState.FAILED, RowState.SKIPPED, RowState.PRECHECKED);
    }

    private record Outcome(TaskSummary summary, Map<OdpId, OdpRow> rows, Tally tally) {}

    private static Outcome fold(List<TaskInput> inputs, String name) {
        MemoryTaskStore store = new MemoryTaskStore();
        RecordingOutbox outbox = new RecordingOutbox();
        KeepTasks keepTasks = new KeepTasks(new TaskFold(SETTINGS), store, outbox, TaskStory.START);
        TaskState ended = null;
        for (TaskInput input : inputs) {
            Folded folded = keepTasks.decide(input, TaskStory.START);
            keepTasks.apply(folded);
            TaskEntry task = store.task(TaskStory.TASK);
            if (ended != null) {
                assertThat(task).isNotNull();
                assertThat(task.state()).as("%s: an end stays", name).isEqualTo(ended);
            } else if (task != null && task.state().terminal()) {
                ended = task.state();
            }
            if (name.endsWith("in order") && folded instanceof Folded.Changed changed) {
                assertThat(changed.surprises()).as(name).isEmpty();
                assertThat(changed.notes()).as(name).isEmpty();
            }
        }
        TaskEntry task = Objects.requireNonNull(store.task(TaskStory.TASK));
        assertThat(ended).as("%s: it ends", name).isNotNull();
        Tally counted = Tally.ZERO;
        for (OdpEntry entry : store.odps(TaskStory.TASK)) {
            counted = counted.plus(Tally.of(entry, RowJudgement.of(entry), task.round()));
        }
        assertThat(task.tally()).as("%s: numbers are those of the rows", name).isEqualTo(counted);
        assertThat(outbox.timeline())
                .as("%s: it ends once", name)
                .filteredOn(event -> event.type() == TimelineType.TASK_ENDED)
                .hasSize(1);
        if (task.state() == TaskState.COMPLETED) {
            assertThat(outbox.rows().values())
                    .as("%s: COMPLETED means all", name)
                    .allMatch(row -> row.state() == RowState.RUNNING
                            && row.newProcess() != null
                            && !row.newProcess().sameAs(row.oldProcess()))
                    .hasSize(task.total());
        }
        return new Outcome(outbox.summary(), outbox.rows(), task.tally());
    }

    static List<TaskInput> interleaved(List<TaskInput> story, Random random, boolean scatterResults) {
        Deque<TaskInput> requests = new ArrayDeque<>();
        Deque<TaskInput> plan = new ArrayDeque<>();
        List<TaskInput> results = new ArrayList<>();
        for (TaskInput input : story) {
            if (input instanceof TaskInput.Requested) {
                requests.add(input);
            } else if (input instanceof TaskInput.Planned) {
                plan.add(input);
            } else {
                results.add(input);
            }
        }
        if (scatterResults) {
            Collections.shuffle(results, random);
        }
        List<Deque<TaskInput>> topics = new ArrayList<>(List.of(requests, plan, new ArrayDeque<>(results)));
        List<TaskInput> mixed = new ArrayList<>();
        int bias = random.nextInt(3);
        while (topics.stream().anyMatch(topic -> !topic.isEmpty())) {
            // One topic may run far ahead of the others.
            Deque<TaskInput> topic = topics.get(random.nextInt(10) == 0 ? random.nextInt(3) : bias);
            if (topic.isEmpty()) {
                bias = random.nextInt(3);
                continue;
            }
            TaskInput next = topic.remove();
            mixed.add(next);
            if (random.nextInt(10) == 0) {
                mixed.add(next);
            }
            if (random.nextInt(10) == 0) {
                mixed.add(mixed.get(random.nextInt(mixed.size())));
            }
            if (random.nextInt(5) == 0) {
                bias = random.nextInt(3);
            }
        }
        return mixed;
    }
}
