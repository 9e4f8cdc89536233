package dev.rollcall.gateway.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Rejection;
import dev.rollcall.gateway.domain.Sighting;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RestartLookTest {

    private static final Templates TEMPLATES = new Templates();

    private static Task planned(int total, int... sizes) {
        Task.Batch[] batches = new Task.Batch[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            batches[i] = new Task.Batch(i + 1, sizes[i], BatchState.WAITING);
        }
        return Given.planned("t1", 2, TaskState.PLANNED, TaskPhase.PRECHECK, total, batches);
    }

    private static TaskOdp row(String odp, int batch) {
        return Given.row("t1", odp, batch, TaskOdpState.PRECHECKED);
    }

    private static String html(RestartLook.Preview preview, Locale locale) {
        Map<String, Object> model = new HashMap<>();
        model.put("preview", preview);
        model.put("complaints", List.of());
        return TEMPLATES.fragment("restart :: preview", locale, model);
    }

    private static String html(RestartLook.Preview preview) {
        return html(preview, Locale.ENGLISH);
    }

    private static LiveOdp odp(String id, @Nullable Long drainMicros) {
        Sighting seen = Given.sighting(id, OdpState.RUNNING, "4.3.1", Given.NOW);
        Sighting now = new Sighting(
                seen.cluster(),
                seen.odp(),
                seen.state(),
                false,
                seen.version(),
                seen.pid(),
                seen.startedAt(),
                drainMicros == null ? null : seen.clients(),
                drainMicros,
                List.of(),
                List.of(),
                null,
                seen.seenAt(),
                seen.receivedAt(),
                seen.heartbeat());
        return LiveOdp.of(Given.odp(id), now, Given.NOW);
    }

    @Test
    void shouldTellTheDrainTimeThatAllHave() {
        RestartLook.Targets targets = RestartLook.targets(List.of(odp("a", 600_000_000L), odp("b", 600_000_000L)));

        assertThat(targets.drainSeconds()).isEqualTo("600");
        assertThat(targets.clients()).isEqualTo(24);
        assertThat(targets.uncounted()).isZero();
        assertThat(RestartLook.targets(List.of(odp("a", 1_500_000L))).drainSeconds())
                .isEqualTo("1.5");
        assertThat(RestartLook.targets(List.of(odp("a", -1L))).drainSeconds()).isEmpty();
    }

    @Test
    void shouldTellWhichDrainTimesThereAreWhenTheyDiffer() {
        LiveOdp silent = LiveOdp.of(Given.odp("d"), null, Given.NOW);
        RestartLook.Targets targets = RestartLook.targets(
                List.of(odp("a", 30_000_000L), odp("b", 600_000_000L), odp("c", 600_000_000L), silent));

        assertThat(targets.drainSeconds()).isEmpty();
        assertThat(targets.drains())
                .containsExactly(new RestartLook.DrainNow(600_000_000L, 2), new RestartLook.DrainNow(30_000_000L, 1));
        assertThat(targets.unknownDrains()).isEqualTo(1);
        assertThat(targets.uncounted()).isEqualTo(1);
        assertThat(targets.otherDrains()).isZero();
    }

    @Test
    void shouldShowThePlanWhenItIsComplete() {
        List<TaskOdp> rows = List.of(row("a", 2), row("b", 1), row("c", 2));

        String html = html(RestartLook.preview(planned(3, 1, 2), rows, true));

        assertThat(html).contains("2 batches, 3 ODPs");
        assertThat(html.split("<li>", -1)).hasSize(3);
        assertThat(html.indexOf(">b<")).isLessThan(html.indexOf(">a<"));
    }

    @Test
    void shouldNotShowHalfAPlanAsOne() {
        String html = html(RestartLook.preview(planned(6, 1, 2, 3), List.of(row("a", 1), row("b", 0)), false));

        assertThat(html).doesNotContain("<li>").contains("3 batches for 6 ODPs").contains("ask for the preview again");
        assertThat(html(RestartLook.preview(planned(6, 1, 2, 3), List.of(), false), Locale.SIMPLIFIED_CHINESE))
                .contains("共 3 批，6 个 ODP")
                .contains("重新预览");
    }

    @Test
    void shouldSaySingularForOne() {
        assertThat(html(RestartLook.preview(planned(1, 1), List.of(row("a", 1)), true)))
                .contains("1 batch, 1 ODP.");
    }

    @Test
    void shouldSayWhyItWouldBeRejected() {
        Task rejected = Given.rejected("t1", 2, new Rejection("ODP21017", "b is STOPPED", List.of("b"), 1));

        assertThat(html(RestartLook.preview(rejected, List.of(), true)))
                .contains("ODP21017: b is STOPPED")
                .doesNotContain("in time")
                .doesNotContain("<li>");
    }

    @Test
    void shouldSayThatThePrecheckTakesLong() {
        Task running = Given.task(TaskState.RUNNING, TaskPhase.PRECHECK);

        assertThat(html(RestartLook.preview(running, List.of(), true))).contains("did not all answer in time");
    }

    @Test
    void shouldNameTheFirstBatchesOfManyAndCountTheOthers() {
        List<TaskOdp> rows = new ArrayList<>();
        for (int i = 1; i <= 10_000; i++) {
            rows.add(row("odp" + i, i));
        }

        String html = html(RestartLook.preview(planned(10_000, 1, 1), rows, true));

        assertThat(html).contains("10,000 batches, 10,000 ODPs").contains("and 9,940 more batches");
        assertThat(html.split("<li>", -1)).hasSize(61);
    }
}
