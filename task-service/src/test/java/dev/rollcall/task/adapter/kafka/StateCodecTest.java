package dev.rollcall.task.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.task.app.KeepTasks;
import dev.rollcall.task.app.MemoryTaskStore;
import dev.rollcall.task.app.RecordingOutbox;
import dev.rollcall.task.domain.EarlyResults;
import dev.rollcall.task.domain.FoldSettings;
import dev.rollcall.task.domain.OdpEntry;
import dev.rollcall.task.domain.RandomStory;
import dev.rollcall.task.domain.TaskEntry;
import dev.rollcall.task.domain.TaskFold;
import dev.rollcall.task.domain.TaskId;
import dev.rollcall.task.domain.TaskInput;
import dev.rollcall.task.domain.TaskStory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateCodecTest {

    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 10_000, Duration.ofMinutes(1), Duration.ofDays(31));

    @Test
    void shouldReadBackWhatItWrote() {
        for (long seed = 0; seed < 60; seed++) {
            MemoryTaskStore store = new MemoryTaskStore();
            KeepTasks keepTasks = new KeepTasks(new TaskFold(SETTINGS), store, new RecordingOutbox(), TaskStory.START);
            for (TaskInput input : RandomStory.of(seed)) {
                keepTasks.apply(keepTasks.decide(input, TaskStory.START));
                TaskEntry task = store.task(TaskStory.TASK);
                assertThat(task).isNotNull();
                assertThat(StateCodec.task(StateCodec.bytes(task))).isEqualTo(task);
            }
            List<OdpEntry> odps = store.odps(TaskStory.TASK);
            for (OdpEntry odp : odps) {
                assertThat(StateCodec.odp(StateCodec.bytes(odp))).isEqualTo(odp);
            }
        }
    }

    @Test
    void shouldReadBackEarlyResults() {
        EarlyResults early = new EarlyResults(new TaskId("t"), 3, TaskStory.START);

        assertThat(StateCodec.early(StateCodec.bytes(early))).isEqualTo(early);
    }

    @Test
    void shouldRefuseEntriesOfANewerProgram() {
        byte[] bytes = StateCodec.bytes(new EarlyResults(new TaskId("t"), 3, TaskStory.START));
        bytes[0] = 9;

        assertThatThrownBy(() -> StateCodec.early(bytes))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 9");
    }
}
