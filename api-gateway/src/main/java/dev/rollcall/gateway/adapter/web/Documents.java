package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.ClusterNow;
import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.OdpId;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Refusal;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Sighting;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes JSON documents of what is known. */
@Component
public final class Documents {

    private final Views views;
    private final Rules rules;

    Documents(Views views, Rules rules) {
        this.views = views;
        this.rules = rules;
    }

    /** All that is known of a task, as one JSON document: the task, its ODPs and its events, each as the API gives it. */
    public Object report(Task task, Instant now) {
        return new Report(
                task(task, now),
                views.rows(task.id()).stream().map(TaskOdpDocument::of).toList(),
                views.timeline(task.id()).all().stream().map(EventDocument::of).toList());
    }

    private record Report(TaskDocument task, List<TaskOdpDocument> odps, List<EventDocument> events) {}

    TaskDocument task(Task task, Instant now) {
        String self = "/api/v1/tasks/" + task.id();
        Map<Integer, List<String>> odps = views.rows(task.id()).stream()
                .collect(Collectors.groupingBy(
                        TaskOdp::batch, Collectors.mapping(row -> row.odp().value(), Collectors.toList())));
        return new TaskDocument(
                task.id().value(),
                task.cluster().value(),
                task.mode(),
                task.state(),
                task.phase() == TaskPhase.UNKNOWN ? null : task.phase(),
                task.version(),
                task.state().actions().stream().map(Control::word).toList(),
                task.requestedBy(),
                task.reason(),
                task.requestedAt(),
                task.startedAt(),
                task.finishedAt(),
                millis(task.duration(now)),
                progress(task, now),
                task.batches().stream()
                        .map(batch -> new TaskDocument.Batch(
                                batch.number(),
                                batch.size(),
                                odps.getOrDefault(batch.number(), List.of()),
                                batch.state()))
                        .toList(),
                task.failure(),
                task.rejections(),
                task.plan().rules(),
                new TaskDocument.Links(self, self + "/events", "/tasks/" + task.id()));
    }

    private static TaskDocument.Progress progress(Task task, Instant now) {
        Task.Counts counts = task.counts();
        return new TaskDocument.Progress(
                counts.total(),
                counts.restarted(),
                counts.restarting(),
                counts.failed(),
                counts.skipped(),
                task.percent(),
                millis(task.timeLeft(now)));
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }

    ClusterDocument.Summary summary(ClusterNow now) {
        Task active = now.activeTask();
        return new ClusterDocument.Summary(
                now.cluster().id().value(),
                name(now),
                now.cluster().odpCount(),
                (int) now.odps().stream()
                        .filter(odp -> odp.state() == OdpState.RUNNING)
                        .count(),
                now.status(),
                now.versions(),
                now.zones(),
                active == null ? null : active.id().value());
    }

    static String name(ClusterNow now) {
        return now.cluster().name().isEmpty()
                ? now.cluster().id().value()
                : now.cluster().name();
    }

    ClusterDocument cluster(ClusterNow now, Instant at, Locale locale) {
        Rules.Eligibility eligibility = rules.eligibility(now);
        return new ClusterDocument(
                now.cluster().id().value(),
                name(now),
                now.cluster().description(),
                now.cluster().labels(),
                now.cluster().revision(),
                now.cluster().odpCount(),
                now.status(),
                now.versions(),
                now.zones(),
                now.activeTask() == null ? null : task(now.activeTask(), at),
                now.odps().stream().map(Documents::odp).toList(),
                new ClusterDocument.Restart(
                        eligibility.modes().stream()
                                .map(verdict -> mode(verdict, locale))
                                .toList(),
                        eligibility.recommended()));
    }

    static ClusterDocument.OdpDocument odp(LiveOdp odp) {
        Sighting last = odp.last();
        return new ClusterDocument.OdpDocument(
                odp.id().value(),
                odp.odp().host(),
                odp.odp().sqlPort(),
                odp.odp().zone(),
                odp.odp().home(),
                odp.state(),
                odp.fresh() && last != null && last.draining(),
                last == null ? null : last.version(),
                last == null ? null : last.pid(),
                last == null ? null : last.startedAt(),
                odp.fresh() && last != null ? last.clients() : null,
                last == null ? null : last.seenAt(),
                last == null ? null : last.detail());
    }

    private static ClusterDocument.ModeDocument mode(Rules.ModeVerdict verdict, Locale locale) {
        Refusal refusal = verdict.refusal();
        Refusal said = refusal == null ? verdict.note() : refusal;
        return new ClusterDocument.ModeDocument(
                verdict.mode(),
                verdict.allowed(),
                refusal == null ? null : refusal.code().text(),
                said == null ? null : Texts.say(said.words(), locale),
                said == null || said.odps().isEmpty()
                        ? null
                        : said.odps().stream().map(OdpId::value).toList());
    }
}
