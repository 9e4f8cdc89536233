package dev.rollcall.gateway.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.domain.Given;
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
import org.junit.jupiter.api.Test;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

class MatrixTest {

    private static final Task TASK = Given.task(TaskState.RUNNING, TaskPhase.RESTART);

    /** Batches of five; those before the 40th are done, the 40th and 41st run, the others wait. */
    private static List<TaskOdp> fiveHundred() {
        List<TaskOdp> rows = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            int batch = 1 + i / 5;
            rows.add(Given.row(
                    "t1",
                    "odp%03d".formatted(i),
                    batch,
                    batch < 40
                            ? TaskOdpState.RUNNING
                            : batch < 42 ? TaskOdpState.RESTARTING : TaskOdpState.PRECHECKED));
        }
        return rows;
    }

    private static Matrix matrix(List<TaskOdp> rows, String... fields) {
        MultiValueMap<String, String> asked = new LinkedMultiValueMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            asked.add(fields[i], fields[i + 1]);
        }
        Narrowed narrowed = Narrowed.of("/tasks/t1", new Asked(asked), "state", "group", "open", "shut");
        return Matrix.of(rows, TASK, narrowed, true);
    }

    private static Matrix.Group group(Matrix matrix, String key) {
        return matrix.entries().stream()
                .filter(entry -> entry.key().equals(key))
                .map(Matrix.Group.class::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("No group " + key));
    }

    private static long rows(Matrix matrix) {
        return matrix.entries().stream().filter(entry -> !entry.isGroup()).count();
    }

    @Test
    void shouldListFewOdpsOneByOne() {
        Matrix matrix = matrix(fiveHundred().subList(0, 60));

        assertThat(matrix.entries()).hasSize(60).noneMatch(Matrix.Entry::isGroup);
        assertThat(matrix.lanes()).hasSize(60);
    }

    @Test
    void shouldShowManyByBatchAndOpenWhereSomethingHappens() {
        Matrix matrix = matrix(fiveHundred());

        assertThat(matrix.entries().stream().filter(Matrix.Entry::isGroup)).hasSize(50);
        assertThat(rows(matrix)).isEqualTo(10);
        assertThat(group(matrix, "g-b40").open()).isTrue();
        assertThat(group(matrix, "g-b39").open()).isFalse();
        assertThat(group(matrix, "g-b39").counts()).containsExactly(new Matrix.Count(Matrix.Standing.DONE, 5));
        assertThat(matrix.lanes()).hasSize(50);
        assertThat(matrix(fiveHundred(), "page", "2").entries()).hasSize(50).allMatch(Matrix.Entry::isGroup);
    }

    @Test
    void shouldOpenAndShutWhatTheReaderWants() {
        Matrix matrix = matrix(fiveHundred(), "open", "b3,b4", "shut", "b40");

        assertThat(group(matrix, "g-b3").open()).isTrue();
        assertThat(group(matrix, "g-b40").open()).isFalse();
        assertThat(rows(matrix)).isEqualTo(15);
        assertThat(group(matrix, "g-b3").toggle()).isEqualTo("/tasks/t1?open=b4&shut=b40%2Cb3");
        assertThat(group(matrix, "g-b40").toggle()).isEqualTo("/tasks/t1?open=b3%2Cb4%2Cb40");
    }

    @Test
    void shouldGroupByZoneAndCountHowTheyStand() {
        List<TaskOdp> rows = List.of(
                Given.row("t1", "a", 1, TaskOdpState.RUNNING),
                Given.row("t1", "b", 1, TaskOdpState.FAILED),
                Given.row("t1", "c", 2, TaskOdpState.PENDING));

        Matrix matrix = matrix(rows, "group", "zone");

        Matrix.Group zone = (Matrix.Group) matrix.entries().get(0);
        assertThat(zone.name()).isEqualTo("z1");
        assertThat(zone.open()).as("something failed").isTrue();
        assertThat(zone.done()).isEqualTo(1);
        assertThat(zone.counts())
                .containsExactly(
                        new Matrix.Count(Matrix.Standing.FAILED, 1),
                        new Matrix.Count(Matrix.Standing.WAITING, 1),
                        new Matrix.Count(Matrix.Standing.DONE, 1));
    }

    @Test
    void shouldBoundTheRowsOfOneGroupAndSayHowManyAreNotShown() {
        List<TaskOdp> rows = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            rows.add(Given.row("t1", "odp%03d".formatted(i), 1, TaskOdpState.STOPPING));
        }

        Matrix matrix = matrix(rows);

        assertThat(rows(matrix)).isEqualTo(100);
        assertThat(group(matrix, "g-b1").hidden()).isEqualTo(400);
    }

    @Test
    void shouldRenderGroupsInBothLanguages() {
        Map<String, Object> model = new HashMap<>();
        model.put("oob", true);
        for (Locale locale : List.of(Locale.ENGLISH, Locale.SIMPLIFIED_CHINESE)) {
            Templates templates = new Templates();
            model.put("say", new Say(templates, locale));
            model.put("it", group(matrix(fiveHundred()), "g-b40"));

            String html = templates.fragment("task :: entry", locale, model);

            assertThat(html)
                    .contains("<tr id=\"g-b40\"")
                    .contains("hx-swap-oob=\"true\"")
                    .contains("aria-expanded=\"true\"")
                    .contains(locale == Locale.ENGLISH ? "Batch 40" : "第 40 批");
        }
    }
}
