package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.Documents;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Page;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.TimelineEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
    private static final int EVENTS = 60;

    static final Comparator<Task> NEWEST_FIRST =
            Comparator.comparing(Task::requestedAt).reversed().thenComparing(Task::id);
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
                case FAILED -> task.state().failed();
            };
        }
    }

    private static Narrowed narrowed(ServerWebExchange exchange) {
        Asked asked = new Asked(exchange.getRequest().getQueryParams());
        return Narrowed.of("/tasks", asked, "tab", "cluster", "initiator");
    }

    @GetMapping(path = "/tasks", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> list(ServerWebExchange exchange) {
        Narrowed narrowed = narrowed(exchange);
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            Page<Task> page = page(narrowed, viewer);
            Map<String, Object> model = narrowed.model(page);
            model.put("rows", rows(page, now));
            model.put("tabs", List.of(Tab.values()));
            model.put("tab", tab(narrowed));
            return console.page(HttpStatus.OK, "tasks", viewer, now, narrowed.live(), model);
        });
    }

    private static Tab tab(Narrowed narrowed) {
        Tab tab = narrowed.one("tab", Tab.class);
        return tab == null ? Tab.ALL : tab;
    }

    private static List<TaskLook.Row> rows(Page<Task> page, Instant now) {
        return page.items().stream().map(task -> TaskLook.row(task, now)).toList();
    }

    private Page<Task> page(Narrowed narrowed, Viewer viewer) {
        Tab tab = tab(narrowed);
        List<Task> found = views.tasks().stream()
                .filter(task -> viewer.sees(task.cluster()))
                .filter(task -> !task.dryRun())
                .filter(tab::has)
                .filter(task -> narrowed.matches("cluster", task.cluster().value()))
                .filter(task -> narrowed.matches("initiator", task.requestedBy()))
                .sorted(NEWEST_FIRST)
                .toList();
        return Page.of(found, narrowed.page(), TASKS_A_PAGE);
    }

    @GetMapping(path = "/live/tasks", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> liveList(ServerWebExchange exchange) {
        Narrowed narrowed = narrowed(exchange);
        return viewers.atAnyTime(exchange)
                .flatMapMany(viewer -> console.live(
                        viewer, onChange -> views.watchAll(change -> onChange.run()), clock::instant, () -> {
                            List<TaskLook.Row> rows = rows(page(narrowed, viewer), clock.instant());
                            return List.of(
                                    Piece.list("task-rows", "tasks :: rows", "tasks :: row", rows, TaskLook.Row::key));
                        }));
    }

    private static Narrowed odps(String task, ServerWebExchange exchange) {
        Asked asked = new Asked(exchange.getRequest().getQueryParams());
        return Narrowed.of("/tasks/" + task, asked, "state", "group", "open", "shut");
    }

    private Matrix matrix(Task task, Narrowed narrowed, Viewer viewer) {
        boolean steerable = viewer.mayChange(task.cluster().value());
        return Matrix.of(views.rows(task.id()), task, narrowed, steerable);
    }

    @GetMapping(path = "/tasks/{task}", produces = MediaType.TEXT_HTML_VALUE)
    Mono<ResponseEntity<String>> task(@PathVariable("task") String id, ServerWebExchange exchange) {
        Narrowed narrowed = odps(id, exchange);
        return viewers.of(exchange).map(viewer -> {
            Instant now = clock.instant();
            Task task = known(views, id, viewer);
            Matrix matrix = matrix(task, narrowed, viewer);
            Map<String, Object> model = narrowed.model(matrix.page());
            model.put("head", TaskLook.head(task, now));
            model.put("chips", TaskLook.chips(task.batches()));
            model.put("steps", TaskLook.steps(task.mode()));
            model.put("entries", matrix.entries());
            model.put("states", List.of(TaskOdpState.values()));
            model.put("grouping", matrix.grouping());
            model.put("groupings", List.of(Matrix.Grouping.values()));
            model.put("chart", TaskLook.chart(matrix.lanes(), task, now));
            model.put("lines", lines(task.id()));
            model.put("detailsGone", views.detailsGone(task.id()));
            return console.page(HttpStatus.OK, "task", viewer, now, narrowed.live(), model);
        });
    }

    @GetMapping(path = "/live/tasks/{task}", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<String>> liveTask(@PathVariable("task") String id, ServerWebExchange exchange) {
        Narrowed narrowed = odps(id, exchange);
        return viewers.atAnyTime(exchange)
                .flatMapMany(viewer -> console.live(
                        viewer,
                        onChange -> TaskId.isValid(id) ? views.watch(new TaskId(id), onChange) : () -> {},
                        clock::instant,
                        () -> pieces(id, narrowed, viewer)));
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

    private List<Piece> pieces(String id, Narrowed narrowed, Viewer viewer) {
        Task task = TaskId.isValid(id) ? views.task(new TaskId(id)) : null;
        if (task == null || !viewer.sees(task.cluster())) {
            return List.of();
        }
        Instant now = clock.instant();
        Matrix matrix = matrix(task, narrowed, viewer);
        List<Piece> pieces = new ArrayList<>();
        pieces.add(Piece.of("task-head", "task :: head", TaskLook.head(task, now)));
        pieces.add(Piece.of("batches", "task :: batches", TaskLook.chips(task.batches())));
        pieces.add(Piece.list("matrix-rows", "task :: rows", "task :: entry", matrix.entries(), Matrix.Entry::key));
        pieces.add(Piece.of("chart", "task :: chart", TaskLook.chart(matrix.lanes(), task, now)));
        pieces.add(Piece.list("timeline", "task :: timeline", "task :: line", lines(task.id()), TaskLook.Line::key));
        return pieces;
    }

    /** The newest events, newest first. */
    private List<TaskLook.Line> lines(TaskId task) {
        List<TimelineEvent> events = views.timeline(task).all();
        return IntStream.range(0, Math.min(EVENTS, events.size()))
                .mapToObj(back -> TaskLook.line(events.get(events.size() - 1 - back)))
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
