package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.app.Change;
import dev.rollcall.gateway.app.Timeline;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.Fault;
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
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Server-sent events: the timeline of one task without gap or duplicate, and the latest state of everything. */
@RestController
final class EventStreamController {

    private final Views views;
    private final Documents documents;
    private final InstantSource clock;
    private final Duration heartbeat;

    EventStreamController(Views views, Documents documents, InstantSource clock, GatewaySettings settings) {
        this.views = views;
        this.documents = documents;
        this.clock = clock;
        this.heartbeat = settings.streamHeartbeat();
    }

    /** Ends after the event that ended the task; 204 tells a client that comes back after it not to come again. */
    @GetMapping(path = "/api/v1/tasks/{task}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<Flux<ServerSentEvent<Object>>> task(
            @PathVariable("task") String id, Caller caller, ServerWebExchange exchange) {
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
        return streamed(Stream.of(
                new TaskSource(seen, caller, timeline, begin),
                onChange -> views.watch(task, onChange),
                heartbeat,
                Schedulers.parallel()));
    }

    private static @Nullable Position lastEventId(ServerWebExchange exchange) {
        String value = exchange.getRequest().getHeaders().getFirst("Last-Event-ID");
        if (value == null || value.isEmpty()) {
            return null;
        }
        Position position = Position.parse(value);
        if (position == null) {
            throw Problem.invalid(
                            List.of(Fault.of("Last-Event-ID", Text.HEADER_FORM, "the id of an event, such as 3-1042")))
                    .exception();
        }
        return position;
    }

    private static ResponseEntity<Flux<ServerSentEvent<Object>>> streamed(Flux<ServerSentEvent<Object>> events) {
        return ResponseEntity.ok()
                .header("Cache-Control", "no-store")
                // Tells proxies of nginx's kind not to hold events back.
                .header("X-Accel-Buffering", "no")
                .body(events);
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
        public @Nullable ServerSentEvent<Object> next() {
            TimelineEvent event = ended ? null : timeline.at(next);
            if (event == null || !caller.access().sees(cluster) || (event.last() && !showsItsEnd())) {
                return null;
            }
            next++;
            ended = event.last();
            return ServerSentEvent.<Object>builder(EventDocument.of(event))
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

    /** Changes of tasks, ODPs and clusters, each with its latest state. An id cannot be gone on from: it is answered by a reset. */
    @GetMapping(path = "/api/v1/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<Flux<ServerSentEvent<Object>>> everything(Caller caller, ServerWebExchange exchange) {
        String cluster = new Query(exchange).text("cluster");
        ClusterId only = cluster.isEmpty() ? null : Requests.cluster(cluster);
        String last = exchange.getRequest().getHeaders().getFirst("Last-Event-ID");
        if (only != null && !caller.access().sees(only)) {
            throw Problem.refused(List.of(Rules.clusterUnknown(cluster))).exception();
        }
        EverythingSource source = new EverythingSource(only, caller, last != null);
        return streamed(Stream.of(
                source,
                onChange -> views.watchAll(change -> {
                    if (source.take(change)) {
                        onChange.run();
                    }
                }),
                heartbeat,
                Schedulers.parallel()));
    }

    /** What changed and was not sent yet, each once: as large as the number of things there are, whatever the client does. */
    private final class EverythingSource implements Stream.Source {
        private final @Nullable ClusterId only;
        private final Caller caller;
        private final Set<Change> pending = new LinkedHashSet<>();
        private final AtomicLong number = new AtomicLong(System.nanoTime());
        private boolean reset;

        private EverythingSource(@Nullable ClusterId only, Caller caller, boolean reset) {
            this.only = only;
            this.caller = caller;
            this.reset = reset;
        }

        private boolean take(Change change) {
            if (only != null && !only.equals(change.cluster())) {
                return false;
            }
            synchronized (pending) {
                return pending.add(change);
            }
        }

        @Override
        public @Nullable ServerSentEvent<Object> next() {
            if (reset) {
                reset = false;
                return event("reset", snapshot());
            }
            for (Change change = poll(); change != null; change = poll()) {
                ServerSentEvent<Object> event = event(change);
                if (event != null) {
                    return event;
                }
            }
            return null;
        }

        private @Nullable Change poll() {
            synchronized (pending) {
                Iterator<Change> all = pending.iterator();
                if (!all.hasNext()) {
                    return null;
                }
                Change first = all.next();
                all.remove();
                return first;
            }
        }

        private @Nullable ServerSentEvent<Object> event(Change change) {
            if (!caller.access().sees(change.cluster())) {
                return null;
            }
            Instant now = clock.instant();
            if (change instanceof Change.TaskChanged changed) {
                Task task = views.task(changed.task());
                return task == null ? null : event("task", documents.task(task, now));
            }
            ClusterNow cluster = views.cluster(change.cluster(), now);
            if (change instanceof Change.OdpChanged changed) {
                return cluster == null
                        ? null
                        : cluster.odps().stream()
                                .filter(odp -> odp.id().equals(changed.odp()))
                                .findFirst()
                                .map(odp -> event(
                                        "odp", new OdpEvent(change.cluster().value(), Documents.odp(odp))))
                                .orElse(null);
            }
            return cluster == null
                    ? event(
                            "cluster-removed",
                            new ClusterRemoved(change.cluster().value()))
                    : event("cluster", documents.summary(cluster));
        }

        private boolean isFor(ClusterId cluster, Access access) {
            return (only == null || only.equals(cluster)) && access.sees(cluster);
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

        private ServerSentEvent<Object> event(String name, Object document) {
            return ServerSentEvent.builder(document)
                    .id(Long.toHexString(number.incrementAndGet()))
                    .event(name)
                    .build();
        }

        @Override
        public boolean isOver(boolean idle) {
            return !caller.access().has(Role.OBPROXY_VIEWER);
        }
    }

    private record OdpEvent(String cluster, ClusterDocument.OdpDocument odp) {}

    private record ClusterRemoved(String id) {}

    private record Snapshot(List<ClusterDocument.Summary> clusters, List<TaskDocument> activeTasks) {}
}
