package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.Documents;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Page;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The list of tasks, and the page of one. */
@RestController
final class TaskPages {

    static final int TASKS_A_PAGE = 50;
    static final int ROWS_A_PAGE = 100;
    private static final int EVENTS = 60;

    private static final Comparator<Task> NEWEST_FIRST =
            Comparator.comparing(Task::requestedAt).reversed().thenComparing(Task::id);
    private static final Comparator<TaskOdp> BY_BATCH =
            Comparator.comparing(TaskOdp::batch).thenComparing(TaskOdp::odp);

    private final Console console;
    private final Viewers viewers;
    private final Views views;
    private final Documents documents;
    private final InstantSource clock;

    TaskPages(Console console, Viewers viewers, Views views, Documents documents, InstantSource clock) {
        this.console = console;
        this.viewers = viewers;
        this.views = views;
        this.documents = documents;
        this.clock = clock;
    }

    /** The tabs above the list. */
    enum Tab {
        ALL,
        RUNNING,
        COMPLETED,
        FAILED;

        boolean has(Task task) {
            return switch (this) {
                case ALL -> true;
                case RUNNING -> !task.state().terminal() && task.state() != TaskState.HALTED;
                case COMPLETED -> task.state() == TaskState.COMPLETED;
                case FAILED -> Console.isFailed(task.state());
            };
        }
    }

    /** What the list is narrowed to. */
    private record Narrowed(Tab tab, String cluster, String initiator, int page) {

        static Narrowed of(Asked asked) {
            return new Narrowed(
                    asked.oneOf("tab", Tab.class, Tab.ALL),
                    asked.text("cluster"),
                    asked.text("initiator"),
                    asked.page());
        }

        Map<String, String> filter() {
            Map<String, String> filter = new LinkedHashMap<>();
            filter.put("tab", tab == Tab.ALL ? "" : tab.name());
            filter.put("cluster", cluster);
            filter.put("initiator", initiator);
            return filter;
        }
    }

    @GetMapping(path = "/tasks", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> list(ServerWebExchange exchange) {
        Narrowed narrowed = Narrowed.of(new Asked(exchange.getRequest().getQueryParams()));
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            Page<Task> page = page(narrowed, viewer);
            Map<String, Object> model = new LinkedHashMap<>();
            model.put("rows", rows(page, now));
            model.put("paging", Paging.of(page, "/tasks", narrowed.filter()));
            model.put("tabs", List.of(Tab.values()));
            model.put("tab", narrowed.tab());
            model.put("cluster", narrowed.cluster());
            model.put("initiator", narrowed.initiator());
            model.put(
                    "filtered",
                    !narrowed.cluster().isEmpty() || !narrowed.initiator().isEmpty() || narrowed.tab() != Tab.ALL);
            String live = Paging.address("/live/tasks", narrowed.filter(), narrowed.page());
            return console.page(HttpStatus.OK, "tasks", viewer, now, live, model);
        });
    }

    private static List<TaskLook.Row> rows(Page<Task> page, Instant now) {
        return page.items().stream().map(task -> TaskLook.row(task, now)).toList();
    }

    private Page<Task> page(Narrowed narrowed, Viewer viewer) {
        List<Task> found = views.tasks().stream()
                .filter(task -> viewer.sees(task.cluster()))
                .filter(task -> !task.dryRun())
                .filter(narrowed.tab()::has)
                .filter(task ->
                        narrowed.cluster().isEmpty() || task.cluster().value().contains(narrowed.cluster()))
                .filter(task ->
                        narrowed.initiator().isEmpty() || task.requestedBy().contains(narrowed.initiator()))
                .sorted(NEWEST_FIRST)
                .toList();
        return Page.of(found, narrowed.page(), TASKS_A_PAGE);
    }

    @GetMapping(path = "/live/tasks", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> liveList(ServerWebExchange exchange) {
        Narrowed narrowed = Narrowed.of(new Asked(exchange.getRequest().getQueryParams()));
        return viewers.of(exchange)
                .flatMapMany(viewer -> console.live(
                        viewer, onChange -> views.watchAll(change -> onChange.run()), clock::instant, () -> {
                            List<TaskLook.Row> rows = rows(page(narrowed, viewer), clock.instant());
                            return List.of(new Piece(
                                    "task-rows",
                                    "tasks :: rows",
                                    rows,
                                    rows.stream()
                                            .map(row -> Piece.of(row.key(), "tasks :: row", row))
                                            .toList()));
                        }));
    }

    /** What the matrix is narrowed to. */
    private record Matrix(String state, int page) {

        static Matrix of(Asked asked) {
            boolean any = asked.text("state").isEmpty();
            return new Matrix(
                    any
                            ? ""
                            : asked.oneOf("state", TaskOdpState.class, TaskOdpState.UNKNOWN)
                                    .name(),
                    asked.page());
        }

        Map<String, String> filter() {
            Map<String, String> filter = new LinkedHashMap<>();
            filter.put("state", state);
            return filter;
        }

        Page<TaskOdp> of(List<TaskOdp> rows) {
            List<TaskOdp> found = rows.stream()
                    .filter(row -> state.isEmpty() || row.state().name().equals(state))
                    .sorted(BY_BATCH)
                    .toList();
            return Page.of(found, page, ROWS_A_PAGE);
        }
    }

    @GetMapping(path = "/tasks/{task}", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> task(@PathVariable("task") String id, ServerWebExchange exchange) {
        Matrix matrix = Matrix.of(new Asked(exchange.getRequest().getQueryParams()));
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            Task task = known(views, id, viewer);
            Page<TaskOdp> page = matrix.of(views.rows(task.id()));
            String path = "/tasks/" + id;
            Map<String, Object> model = new LinkedHashMap<>();
            model.put("head", TaskLook.head(task, now));
            model.put("chips", TaskLook.chips(task.batches()));
            model.put("steps", TaskLook.steps(task.mode()));
            model.put("rows", matrixRows(page, task, viewer));
            model.put("paging", Paging.of(page, path, matrix.filter()));
            model.put("state", matrix.state());
            model.put("states", List.of(TaskOdpState.values()));
            model.put("chart", TaskLook.chart(page.items(), task, now));
            model.put("lines", lines(task.id()));
            model.put("detailsGone", views.detailsGone(task.id()));
            String live = Paging.address("/live" + path, matrix.filter(), matrix.page());
            return console.page(HttpStatus.OK, "task", viewer, now, live, model);
        });
    }

    @GetMapping(path = "/live/tasks/{task}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> liveTask(@PathVariable("task") String id, ServerWebExchange exchange) {
        Matrix matrix = Matrix.of(new Asked(exchange.getRequest().getQueryParams()));
        return viewers.of(exchange)
                .flatMapMany(viewer -> console.live(
                        viewer,
                        onChange -> TaskId.isValid(id) ? views.watch(new TaskId(id), onChange) : () -> {},
                        clock::instant,
                        () -> pieces(id, matrix, viewer)));
    }

    /** The whole task as a file. */
    @GetMapping(path = "/tasks/{task}/download", produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<Object>> download(@PathVariable("task") String id, ServerWebExchange exchange) {
        return viewers.of(exchange).map(viewer -> {
            Task task = known(views, id, viewer);
            ContentDisposition file = ContentDisposition.attachment()
                    .filename("task-" + task.id() + ".json")
                    .build();
            return ResponseEntity.ok()
                    .header("Content-Disposition", file.toString())
                    .body(documents.report(task, clock.instant()));
        });
    }

    private List<Piece> pieces(String id, Matrix matrix, Viewer viewer) {
        Task task = TaskId.isValid(id) ? views.task(new TaskId(id)) : null;
        if (task == null || !viewer.sees(task.cluster())) {
            return List.of();
        }
        Instant now = clock.instant();
        Page<TaskOdp> page = matrix.of(views.rows(task.id()));
        List<TaskLook.MatrixRow> rows = matrixRows(page, task, viewer);
        List<Piece> pieces = new ArrayList<>();
        pieces.add(Piece.of("task-head", "task :: head", TaskLook.head(task, now)));
        pieces.add(Piece.of("batches", "task :: batches", TaskLook.chips(task.batches())));
        pieces.add(new Piece(
                "matrix-rows",
                "task :: rows",
                rows,
                rows.stream()
                        .map(row -> Piece.of(row.key(), "task :: row", row))
                        .toList()));
        pieces.add(Piece.of("chart", "task :: chart", TaskLook.chart(page.items(), task, now)));
        List<TaskLook.Line> lines = lines(task.id());
        pieces.add(new Piece(
                "timeline",
                "task :: timeline",
                lines,
                lines.stream()
                        .map(line -> Piece.of(line.key(), "task :: line", line))
                        .toList()));
        return pieces;
    }

    private static List<TaskLook.MatrixRow> matrixRows(Page<TaskOdp> page, Task task, Viewer viewer) {
        boolean steerable = viewer.mayChange(task.cluster().value());
        return page.items().stream()
                .map(row -> TaskLook.matrixRow(row, task.mode(), task.state(), steerable))
                .toList();
    }

    /** The newest events, newest first. */
    private List<TaskLook.Line> lines(TaskId task) {
        List<TimelineEvent> events = views.timeline(task).all();
        return IntStream.range(0, Math.min(EVENTS, events.size()))
                .mapToObj(back -> TaskLook.line(events.get(events.size() - 1 - back)))
                .filter(Objects::nonNull)
                .toList();
    }

    /** The task of an address, if this user may know of it. */
    static Task known(Views views, String id, Viewer viewer) {
        Task task = TaskId.isValid(id) ? views.task(new TaskId(id)) : null;
        if (task == null || !viewer.sees(task.cluster())) {
            throw new PageFault(HttpStatus.NOT_FOUND, "fault.task", id);
        }
        return task;
    }
}
