package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.app.Change;
import dev.rollcall.gateway.app.PositionVector;
import dev.rollcall.gateway.app.Timeline;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.Fault;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.Role;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskId;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.TimelineEvent;
import dev.rollcall.gateway.domain.TimelineEvent.Position;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Server-sent events: the timeline of one task without gap or duplicate, and the latest state of everything. */
@RestController
final class EventStreamController {

    /** A removal may be wiped from its topic a day after it; long before that, who was away is told everything anew. */
    private static final Duration OLDEST_POSITION = Duration.ofHours(1);

    /** A busy task changes a hundred times a second; nobody needs to be told each of its states, and nobody each event on its own. */
    private static final Duration GATHERING = Duration.ofMillis(100);
    /** Some 25 kB. */
    private static final int TOGETHER = 64;

    private static final Duration CATCHING_UP = Duration.ofSeconds(2);

    private final Views views;
    private final Documents documents;
    private final InstantSource clock;
    private final Duration heartbeat;
    private final SharedJson shared;

    EventStreamController(
            Views views, Documents documents, InstantSource clock, GatewaySettings settings, JsonMapper json) {
        this.views = views;
        this.documents = documents;
        this.clock = clock;
        this.heartbeat = settings.streamHeartbeat();
        this.shared = new SharedJson(json);
    }

    /** An event of a task, which never changes. */
    private record Told(TaskId task, Position position) {}

    /** A task in one second: how long it has run, and will, is told by the second at least. */
    private record Shown(TaskId task, long second) {}

    private String json(TimelineEvent event) {
        return shared.of(new Told(event.task(), event.position()), 0, () -> EventDocument.of(event));
    }

    /** Null when there is no such task any more. */
    private @Nullable String json(TaskId id, Instant now) {
        long revision = views.revision(id);
        Task task = views.task(id);
        return task == null
                ? null
                : shared.of(new Shown(id, now.getEpochSecond()), revision, () -> documents.task(task, now));
    }

    /** Ends after the event that ended the task; 204 tells a client that comes back after it not to come again. */
    @GetMapping(path = "/api/v1/tasks/{task}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<Flux<EventBlock>> task(@PathVariable("task") String id, Caller caller, ServerWebExchange exchange) {
        Task seen = TaskController.detailed(views, id, caller);
        TaskId task = seen.id();
        Timeline timeline = views.timeline(task);
        Position last = lastEventId(exchange);
        int begin = timeline.indexAfter(last);
        if (last != null && begin > 0 && timeline.at(begin) == null) {
            TimelineEvent before = timeline.at(begin - 1);
            if (before != null && before.last()) {
                return ResponseEntity.noContent().build();
            }
        }
        return streamed(
                Stream.of(
                        new TaskSource(seen, caller, timeline, begin),
                        onChange -> views.watch(task, onChange),
                        heartbeat,
                        GATHERING,
                        TOGETHER,
                        Schedulers.parallel()),
                exchange);
    }

    private static @Nullable Position lastEventId(ServerWebExchange exchange) {
        String value = exchange.getRequest().getHeaders().getFirst("Last-Event-ID");
        if (value == null || value.isEmpty()) {
            return null;
        }
        Position position = Position.parse(value);
        if (position == null) {
            throw Problem.invalid(List.of(Fault.of("Last-Event-ID", Text.HEADER_FORM, Text.FORM_EVENT_ID)))
                    .exception();
        }
        return position;
    }

    private static ResponseEntity<Flux<EventBlock>> streamed(Flux<EventBlock> events, ServerWebExchange exchange) {
        return ResponseEntity.ok()
                .header("Cache-Control", "no-store")
                // Tells proxies of nginx's kind not to hold events back.
                .header("X-Accel-Buffering", "no")
                .body(events.doOnError(Stream.SlowClientException.class, slow -> hangUp(exchange)));
    }

    /** An error alone would wait until that is read which is being written, and so for ever. */
    private static void hangUp(ServerWebExchange exchange) {
        if (ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse())
                instanceof HttpServerResponse response) {
            response.withConnection(connection -> connection.channel().close());
        }
    }

    /** A position in the timeline, which the whole gateway shares. */
    private final class TaskSource implements Stream.Source {
        private final TaskId task;
        private final ClusterId cluster;
        private final Caller caller;
        private final Timeline timeline;
        private int next;
        private boolean ended;
        private boolean waitedForTheTask;

        private TaskSource(Task seen, Caller caller, Timeline timeline, int next) {
            this.task = seen.id();
            this.cluster = seen.cluster();
            this.caller = caller;
            this.timeline = timeline;
            this.next = next;
        }

        @Override
        public @Nullable ServerSentEvent<String> next() {
            TimelineEvent event = ended ? null : timeline.at(next);
            if (event == null || !caller.access().sees(cluster) || (event.last() && !showsItsEnd())) {
                return null;
            }
            next++;
            ended = event.last();
            return ServerSentEvent.builder(json(event))
                    .id(event.position().toString())
                    .event(event.type())
                    .build();
        }

        /** Who hears that the task has ended will look at it: it must show that then. Another topic brings it, so wait a moment. */
        private boolean showsItsEnd() {
            Task now = views.task(task);
            return waitedForTheTask || now == null || now.state().terminal();
        }

        @Override
        public boolean isOver(boolean idle) {
            waitedForTheTask |= idle;
            if (ended || views.timeline(task) != timeline || !caller.access().sees(cluster)) {
                return true;
            }
            // The end may be known from the task before its last event has been read; but not for ever.
            Task now = views.task(task);
            return now == null || (idle && now.state().terminal() && timeline.at(next) == null);
        }
    }

    /**
     * Changes of tasks, ODPs and clusters, each with its latest state. Who comes back with the last id it saw is told what changed in
     * between, on any gateway; where that is no longer known, {@code reset} with a summary comes first, and then everything.
     */
    @GetMapping(path = "/api/v1/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Mono<ResponseEntity<Flux<EventBlock>>> everything(Caller caller, ServerWebExchange exchange) {
        String cluster = new Query(exchange).text("cluster");
        ClusterId only = cluster.isEmpty() ? null : Requests.cluster(cluster);
        if (only != null && !caller.access().sees(only)) {
            throw Problem.refused(List.of(Rules.clusterUnknown(cluster))).exception();
        }
        String last = exchange.getRequest().getHeaders().getFirst("Last-Event-ID");
        PositionVector position = last == null
                ? null
                : PositionVector.parse(last, views.positions().logs());
        boolean expired =
                position == null || position.takenAt().isBefore(clock.instant().minus(OLDEST_POSITION));
        // A gateway that is a little behind the one the client comes from catches up first.
        CompletableFuture<Boolean> here = position == null || expired
                ? CompletableFuture.completedFuture(false)
                : views.positions().await(position, CATCHING_UP);
        return Mono.fromFuture(here)
                .map(caughtUp -> everything(
                        only, caller, last == null, Boolean.TRUE.equals(caughtUp) ? position : null, exchange));
    }

    private ResponseEntity<Flux<EventBlock>> everything(
            @Nullable ClusterId only,
            Caller caller,
            boolean fresh,
            @Nullable PositionVector position,
            ServerWebExchange exchange) {
        EverythingSource source = new EverythingSource(only, caller, fresh, position);
        return streamed(
                Stream.of(
                        source,
                        onChange -> views.watchAll(change -> {
                            if (source.take(change)) {
                                onChange.run();
                            }
                        }),
                        heartbeat,
                        GATHERING,
                        TOGETHER,
                        Schedulers.parallel()),
                exchange);
    }

    /**
     * What changed and was not sent yet, each once: as large as the number of things there are, whatever the client does. It is sent in
     * rounds: what has gathered is taken together with the position that it reaches to, and the last event of the round carries that
     * position as its id. A client that is cut off within a round is told all of it again.
     */
    private final class EverythingSource implements Stream.Source {
        private final @Nullable ClusterId only;
        private final Caller caller;
        private final Set<Change> gathered = new LinkedHashSet<>();
        private final Deque<Change> round = new ArrayDeque<>();
        private @Nullable PositionVector from;
        private boolean fresh;
        private boolean begun;
        private @Nullable String reached;

        private EverythingSource(
                @Nullable ClusterId only, Caller caller, boolean fresh, @Nullable PositionVector from) {
            this.only = only;
            this.caller = caller;
            this.fresh = fresh;
            this.from = from;
        }

        private boolean concerns(ClusterId cluster) {
            return only == null || only.equals(cluster);
        }

        private boolean take(Change change) {
            if (!concerns(change.cluster())) {
                return false;
            }
            synchronized (gathered) {
                return gathered.add(change);
            }
        }

        @Override
        public @Nullable ServerSentEvent<String> next() {
            if (!begun) {
                begun = true;
                if (begin()) {
                    return event("reset", snapshot(), null);
                }
            }
            while (true) {
                if (round.isEmpty()) {
                    nextRound();
                }
                Change change = round.poll();
                if (change == null) {
                    return null;
                }
                ServerSentEvent<String> event = event(change, round.isEmpty() ? reached : null);
                if (event != null) {
                    return event;
                }
            }
        }

        /** By now changes are being gathered, so nothing is lost between what is asked for here and what comes. Returns whether to reset. */
        private boolean begin() {
            PositionVector since = from;
            from = null;
            reached = views.positions().now(clock.instant()).text();
            Set<Change> missed = since == null ? null : views.since(since);
            if (missed != null) {
                missed.forEach(this::take);
                return false;
            }
            if (!fresh) {
                views.clusters(clock.instant()).forEach(this::takeAll);
            }
            return !fresh;
        }

        /** All that there is of a cluster. Its summary and its tasks are in the snapshot. */
        private void takeAll(ClusterNow now) {
            ClusterId cluster = now.cluster().id();
            now.odps().forEach(odp -> take(new Change.OdpChanged(cluster, odp.id())));
        }

        private void nextRound() {
            // The position first: everything before it has been told by now, and so is in the round or was in an
            // earlier one.
            String position = views.positions().now(clock.instant()).text();
            synchronized (gathered) {
                round.addAll(gathered);
                gathered.clear();
            }
            reached = position;
        }

        /** After the last event of a round all of it has been sent. */
        @Override
        public @Nullable String position() {
            return round.isEmpty() ? reached : null;
        }

        private @Nullable ServerSentEvent<String> event(Change change, @Nullable String id) {
            if (!caller.access().sees(change.cluster())) {
                return null;
            }
            Instant now = clock.instant();
            if (change instanceof Change.TaskChanged changed) {
                String task = json(changed.task(), now);
                return task == null
                        ? event(
                                "task-removed",
                                new Removed(
                                        change.cluster().value(), changed.task().value()),
                                id)
                        : event("task", task, id);
            }
            if (change instanceof Change.OdpChanged changed) {
                LiveOdp odp = views.odp(change.cluster(), changed.odp(), now);
                return odp == null
                        ? event(
                                "odp-removed",
                                new Removed(
                                        change.cluster().value(), changed.odp().value()),
                                id)
                        : event("odp", new OdpEvent(change.cluster().value(), Documents.odp(odp)), id);
            }
            ClusterNow cluster = views.cluster(change.cluster(), now);
            return cluster == null
                    ? event(
                            "cluster-removed",
                            new ClusterRemoved(change.cluster().value()),
                            id)
                    : event("cluster", documents.summary(cluster), id);
        }

        private boolean isFor(ClusterId cluster, Access access) {
            return concerns(cluster) && access.sees(cluster);
        }

        private Snapshot snapshot() {
            Instant now = clock.instant();
            Access access = caller.access();
            return new Snapshot(
                    views.clusters(now).stream()
                            .filter(cluster -> isFor(cluster.cluster().id(), access))
                            .map(documents::summary)
                            .toList(),
                    views.tasks().stream()
                            .filter(task -> !task.state().terminal())
                            .filter(task -> isFor(task.cluster(), access))
                            .map(task -> documents.task(task, now))
                            .toList());
        }

        private ServerSentEvent<String> event(String name, Object document, @Nullable String id) {
            ServerSentEvent.Builder<String> event = ServerSentEvent.builder(
                            document instanceof String json ? json : shared.of(document))
                    .event(name);
            return (id == null ? event : event.id(id)).build();
        }

        @Override
        public boolean isOver(boolean idle) {
            return !caller.access().has(Role.OBPROXY_VIEWER);
        }
    }

    private record OdpEvent(String cluster, ClusterDocument.OdpDocument odp) {}

    private record Removed(String cluster, String id) {}

    private record ClusterRemoved(String id) {}

    private record Snapshot(List<ClusterDocument.Summary> clusters, List<TaskDocument> activeTasks) {}
}
