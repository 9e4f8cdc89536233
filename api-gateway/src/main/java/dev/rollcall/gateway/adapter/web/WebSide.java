package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.AuditBook;
import dev.rollcall.gateway.app.AuditTrail;
import dev.rollcall.gateway.app.ChangeCluster;
import dev.rollcall.gateway.app.Patience;
import dev.rollcall.gateway.app.PlannerAnswers;
import dev.rollcall.gateway.app.RequestPublisher;
import dev.rollcall.gateway.app.RequestRestart;
import dev.rollcall.gateway.app.SteerTask;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.Rules;
import dev.rollcall.gateway.domain.Version;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Wires the HTTP side; needs a {@link RequestPublisher}, an {@link AuditTrail}, and something that feeds the {@link Views}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GatewaySettings.class)
@Import({
    Trace.class,
    Audit.class,
    AuditController.class,
    Forms.class,
    Documents.class,
    ProblemWriter.class,
    ProblemHandler.class,
    ReadyOnly.class,
    ClusterController.class,
    TaskController.class,
    EventBlock.Writer.class,
    EventStreamController.class,
    ViewsHealth.class,
    GatewayMeters.class,
    ApiDescription.class
})
public class WebSide {

    private static final Duration LOOK_FOR_STALE = Duration.ofSeconds(5);
    private static final Supplier<String> NEW_IDS = () -> UUID.randomUUID().toString();

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    Views views(GatewaySettings settings) {
        return new Views(settings.maxTasks(), settings.maxDetailedTasks(), settings.maxRecentChanges());
    }

    /** Tells streams of ODPs that have fallen silent. */
    @Bean(destroyMethod = "dispose")
    Disposable staleOdps(Views views, InstantSource clock) {
        return Flux.interval(LOOK_FOR_STALE, Schedulers.parallel())
                .onBackpressureDrop()
                .subscribe(tick -> views.tellStale(clock.instant()));
    }

    @Bean
    AuditBook auditBook(GatewaySettings settings) {
        return new AuditBook(settings.maxAudit());
    }

    @Bean
    PlannerAnswers plannerAnswers() {
        return new PlannerAnswers();
    }

    @Bean
    Rules rules(GatewaySettings settings) {
        return new Rules(Version.of(settings.minHotRestartVersion()));
    }

    @Bean
    Patience patience(GatewaySettings settings) {
        return new Patience(settings.viewTimeout(), settings.plannerTimeout(), settings.controlTimeout());
    }

    @Bean
    ChangeCluster changeCluster(
            Views views, PlannerAnswers answers, RequestPublisher publisher, Patience patience, InstantSource clock) {
        return new ChangeCluster(views, answers, publisher, patience, clock, NEW_IDS);
    }

    @Bean
    RequestRestart requestRestart(
            Views views, RequestPublisher publisher, Rules rules, Patience patience, InstantSource clock) {
        return new RequestRestart(views, publisher, rules, patience, clock, NEW_IDS);
    }

    @Bean
    SteerTask steerTask(
            Views views, PlannerAnswers answers, RequestPublisher publisher, Patience patience, InstantSource clock) {
        return new SteerTask(views, answers, publisher, patience, clock, NEW_IDS);
    }
}
