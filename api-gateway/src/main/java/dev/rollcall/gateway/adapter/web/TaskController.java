package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.app.SteerTask;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.TimelineEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Tasks: what became of requests, and steering them. What a caller would not accept as an answer is refused before it has an effect. */
@RestController
@RequestMapping("/api/v1/tasks")
final class TaskController {

    private static final Comparator<Task> NEWEST_FIRST =
            Comparator.comparing(Task::requestedAt).thenComparing(Task::id).reversed();
    private static final Map<String, Comparator<Task>> TASK_ORDERS = Map.of(
            "requestedAt", Comparator.comparing(Task::requestedAt),
            "cluster", Comparator.comparing(Task::cluster),
            "state", Comparator.comparing(Task::state),
            "mode", Comparator.comparing(Task::mode),
            "requestedBy", Comparator.comparing(Task::requestedBy));

    /** What has not happened yet comes after all that has. */
    private static final Comparator<@Nullable Instant> LATEST_OPEN = Comparator.nullsLast(Comparator.naturalOrder());

    private static final Comparator<TaskOdp> BY_BATCH =
            Comparator.comparing(TaskOdp::batch).thenComparing(TaskOdp::odp);
    private static final Map<String, Comparator<TaskOdp>> ROW_ORDERS = Map.of(
            "odp", Comparator.comparing(TaskOdp::odp),
            "zone", Comparator.comparing(TaskOdp::zone),
            "batch", Comparator.comparing(TaskOdp::batch),
            "state", Comparator.comparing(TaskOdp::state),
            "attempts", Comparator.comparing(TaskOdp::attempts),
            "startedAt", Comparator.comparing(TaskOdp::startedAt, LATEST_OPEN),
            "finishedAt", Comparator.comparing(TaskOdp::finishedAt, LATEST_OPEN));

    private static final Comparator<TimelineEvent> IN_ORDER =
            Comparator.comparing(event -> event.position().offset());
    private static final Map<String, Comparator<TimelineEvent>> EVENT_ORDERS = Map.of("sequence", IN_ORDER);

    private final Views views;
    private final Documents documents;
    private final SteerTask steerTask;
    private final InstantSource clock;

    TaskController(Views views, Documents documents, SteerTask steerTask, InstantSource clock) {
        this.views = views;
        this.documents = documents;
        this.steerTask = steerTask;
        this.clock = clock;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    PageDocument<TaskDocument> list(Caller caller, ServerWebExchange exchange) {
        Query query = new Query(exchange);
        String cluster = query.text("cluster");
        String initiator = query.text("initiator");
        Set<TaskState> states = query.oneOf("state", TaskState.class);
        Instant from = query.time("from");
        Instant to = query.time("to");
        Predicate<ClusterId> seen = caller.access().seen();
        Predicate<Task> wanted = task -> seen.test(task.cluster())
                && (initiator.isEmpty() || task.requestedBy().equals(initiator))
                // Dry runs that ended well are plans, not history: they are listed only when asked for.
                && (states.isEmpty() ? task.state() != TaskState.PLANNED : states.contains(task.state()))
                && (from == null || !task.requestedAt().isBefore(from))
                && (to == null || !task.requestedAt().isAfter(to));
        List<Task> found = cluster.isEmpty()
                ? views.tasks(wanted)
                : ClusterId.isValid(cluster) ? views.tasks(new ClusterId(cluster), wanted) : List.of();
        Instant now = clock.instant();
        return PageDocument.of(query.pageInOrder(found, TASK_ORDERS, NEWEST_FIRST), task -> documents.task(task, now));
    }

    @GetMapping(path = "/{task}", produces = MediaType.APPLICATION_JSON_VALUE)
    TaskDocument get(@PathVariable("task") String id, Caller caller, ServerWebExchange exchange) {
        Task task = known(views, id, caller);
        Requests.tag(exchange, task.version());
        return documents.task(task, clock.instant());
    }

    @GetMapping(path = "/{task}/odps", produces = MediaType.APPLICATION_JSON_VALUE)
    PageDocument<TaskOdpDocument> odps(@PathVariable("task") String id, Caller caller, ServerWebExchange exchange) {
        Task task = detailed(views, id, caller);
        Query query = new Query(exchange);
        Set<TaskOdpState> states = query.oneOf("state", TaskOdpState.class);
        List<TaskOdp> rows = views.rows(task.id()).stream()
                .filter(row -> states.isEmpty() || states.contains(row.state()))
                .toList();
        return PageDocument.of(query.page(rows, ROW_ORDERS, BY_BATCH), TaskOdpDocument::of);
    }

    /** Names no type: where nothing was asked for, this and not the stream is the answer. */
    @GetMapping("/{task}/events")
    PageDocument<EventDocument> events(@PathVariable("task") String id, Caller caller, ServerWebExchange exchange) {
        Task task = detailed(views, id, caller);
        List<TimelineEvent> events = views.timeline(task.id()).all();
        return PageDocument.of(new Query(exchange).page(events, EVENT_ORDERS, IN_ORDER), EventDocument::of);
    }

    @PostMapping(path = "/{task}/{action:pause|resume|retry|cancel}", produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<TaskDocument>> steer(
            @PathVariable("task") String id,
            @PathVariable("action") String action,
            Caller caller,
            ServerWebExchange exchange) {
        return steer(known(views, id, caller), Control.valueOf(action.toUpperCase(Locale.ROOT)), null, exchange);
    }

    @PostMapping(path = "/{task}/odps/{odp}/skip", produces = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<TaskDocument>> skip(
            @PathVariable("task") String id,
            @PathVariable("odp") String odp,
            Caller caller,
            ServerWebExchange exchange) {
        Task task = known(views, id, caller);
        if (!OdpId.isValid(odp)) {
            throw noOdp(task.id(), odp).exception();
        }
        return steer(task, Control.SKIP, new OdpId(odp), exchange);
    }

    private Mono<ResponseEntity<TaskDocument>> steer(
            Task known, Control control, @Nullable OdpId odp, ServerWebExchange exchange) {
        TaskId task = known.id();
        List<Long> match = Requests.etags(exchange, "If-Match");
        Long version = match == null || match.isEmpty()
                ? null
                : match.stream().max(Comparator.naturalOrder()).orElse(null);
        return Requests.requester(exchange)
                .flatMap(requester -> Mono.fromFuture(steerTask.steer(task, control, odp, version, requester)))
                .map(outcome -> answer(task, odp, outcome));
    }

    private ResponseEntity<TaskDocument> answer(TaskId id, @Nullable OdpId odp, SteerTask.Outcome outcome) {
        if (outcome instanceof SteerTask.Outcome.Applied applied) {
            return answer(HttpStatus.OK, applied.task());
        }
        if (outcome instanceof SteerTask.Outcome.Asked asked) {
            return answer(HttpStatus.ACCEPTED, asked.task());
        }
        if (outcome instanceof SteerTask.Outcome.Refused refused) {
            throw Problem.of(HttpStatus.CONFLICT, Code.CONTROL_REFUSED, refused.words())
                    .with("ETag", Requests.etag(refused.task().version()))
                    .exception();
        }
        if (outcome instanceof SteerTask.Outcome.OtherVersion other) {
            long version = other.task().version();
            throw Problem.of(
                            HttpStatus.PRECONDITION_FAILED,
                            Code.PRECONDITION_FAILED,
                            Text.TASK_VERSION_OTHER,
                            id,
                            version)
                    .with("ETag", Requests.etag(version))
                    .exception();
        }
        if (outcome instanceof SteerTask.Outcome.NotAllowed not) {
            throw Problem.refused(List.of(not.refusal())).exception();
        }
        if (outcome instanceof SteerTask.Outcome.NoOdp && odp != null) {
            throw noOdp(id, odp.value()).exception();
        }
        throw unknown(id.value()).exception();
    }

    private ResponseEntity<TaskDocument> answer(HttpStatus status, Task task) {
        return ResponseEntity.status(status)
                .eTag(Requests.etag(task.version()))
                .body(documents.task(task, clock.instant()));
    }

    /** The task of an address, if it exists for this caller. */
    static Task known(Views views, String id, Caller caller) {
        Task task = TaskId.isValid(id) ? views.task(new TaskId(id)) : null;
        if (task == null || !caller.access().sees(task.cluster())) {
            throw unknown(id).exception();
        }
        return task;
    }

    /** The task of an address, if its rows and events are still here. */
    static Task detailed(Views views, String id, Caller caller) {
        Task task = known(views, id, caller);
        if (views.detailsGone(task.id())) {
            throw Problem.of(HttpStatus.GONE, Code.GONE, Text.DETAILS_GONE, task.id())
                    .exception();
        }
        return task;
    }

    private static Problem unknown(String id) {
        return Problem.of(HttpStatus.NOT_FOUND, Code.NOT_FOUND, Text.TASK_UNKNOWN, id);
    }

    private static Problem noOdp(TaskId id, String odp) {
        return Problem.of(HttpStatus.NOT_FOUND, Code.ODP_UNKNOWN, Text.TASK_ODP_UNKNOWN, id, odp);
    }
}
