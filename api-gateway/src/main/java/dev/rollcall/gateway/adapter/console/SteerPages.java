package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.Requests;
import dev.rollcall.gateway.app.SteerTask;
import dev.rollcall.gateway.app.SteerTask.Outcome;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.Task;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The buttons of a task's page. Each carries the version of the task that was on the page: what was decided on an older one is refused. */
@RestController
final class SteerPages {

    private final Console console;
    private final Viewers viewers;
    private final Views views;
    private final SteerTask steerTask;

    SteerPages(Console console, Viewers viewers, Views views, SteerTask steerTask) {
        this.console = console;
        this.viewers = viewers;
        this.views = views;
        this.steerTask = steerTask;
    }

    @PostMapping(
            path = "/tasks/{task}/{action:pause|resume|retry|cancel}",
            consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<ResponseEntity<String>> steer(
            @PathVariable("task") String id, @PathVariable("action") String action, ServerWebExchange exchange) {
        return steer(id, Control.valueOf(action.toUpperCase(Locale.ROOT)), exchange);
    }

    /** The ODP is in the form: in the address, some of the characters of its id would not survive. */
    @PostMapping(path = "/tasks/{task}/skip", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    Mono<ResponseEntity<String>> skip(@PathVariable("task") String id, ServerWebExchange exchange) {
        return steer(id, Control.SKIP, exchange);
    }

    private Mono<ResponseEntity<String>> steer(String id, Control control, ServerWebExchange exchange) {
        return exchange.getFormData()
                .map(Asked::new)
                .zipWith(viewers.of(exchange))
                .flatMap(both -> {
                    Asked asked = both.getT1();
                    Viewer viewer = both.getT2();
                    Task task = TaskPages.known(views, id, viewer);
                    OdpId odp = control == Control.SKIP ? odp(asked) : null;
                    return Requests.requester(exchange)
                            .flatMap(requester -> Mono.fromFuture(
                                    steerTask.steer(task.id(), control, odp, version(asked), requester)))
                            .map(outcome -> answer(outcome, task, control, viewer, exchange));
                });
    }

    private static OdpId odp(Asked asked) {
        String odp = asked.text("odp");
        if (!OdpId.isValid(odp)) {
            throw new PageFault(HttpStatus.BAD_REQUEST, "fault.odp", odp);
        }
        return new OdpId(odp);
    }

    private static @Nullable Long version(Asked asked) {
        try {
            return Long.valueOf(asked.text("version"));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private ResponseEntity<String> answer(
            Outcome outcome, Task task, Control control, Viewer viewer, ServerWebExchange exchange) {
        String word = console.word("control." + control, viewer);
        if (outcome instanceof Outcome.Applied) {
            return toast(HttpStatus.OK, "success", console.word("steer.applied", viewer, word), task, viewer, exchange);
        }
        if (outcome instanceof Outcome.Asked) {
            return toast(
                    HttpStatus.ACCEPTED, "info", console.word("steer.asked", viewer, word), task, viewer, exchange);
        }
        if (outcome instanceof Outcome.Refused refused) {
            String words = viewer.told(refused.words());
            return toast(HttpStatus.CONFLICT, "error", words, task, viewer, exchange);
        }
        if (outcome instanceof Outcome.NotAllowed notAllowed) {
            String words = viewer.told(notAllowed.refusal().words());
            return toast(HttpStatus.FORBIDDEN, "error", words, task, viewer, exchange);
        }
        String key = outcome instanceof Outcome.OtherVersion
                ? "steer.otherVersion"
                : outcome instanceof Outcome.NoOdp ? "steer.noOdp" : "fault.task";
        String words = console.word(key, viewer, task.id().value());
        return toast(HttpStatus.CONFLICT, "error", words, task, viewer, exchange);
    }

    /** The page itself changes by its live stream; the answer is only the word about it. */
    private ResponseEntity<String> toast(
            HttpStatus status, String kind, String words, Task task, Viewer viewer, ServerWebExchange exchange) {
        if (!Console.isPartial(exchange) && status.is2xxSuccessful()) {
            return ResponseEntity.status(HttpStatus.SEE_OTHER)
                    .location(URI.create("/tasks/" + task.id()))
                    .body("");
        }
        if (!Console.isPartial(exchange)) {
            throw new PageFault(status, "fault.said", words);
        }
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("kind", kind);
        model.put("words", words);
        return console.fragment(status, "parts :: toast", viewer, model);
    }
}
