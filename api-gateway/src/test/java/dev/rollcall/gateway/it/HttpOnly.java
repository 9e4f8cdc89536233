package dev.rollcall.gateway.it;

import dev.rollcall.gateway.adapter.console.ConsoleSide;
import dev.rollcall.gateway.adapter.security.SecuritySide;
import dev.rollcall.gateway.adapter.web.WebSide;
import dev.rollcall.gateway.app.AuditTrail;
import dev.rollcall.gateway.app.ClusterChange;
import dev.rollcall.gateway.app.ControlRequest;
import dev.rollcall.gateway.app.LogPosition;
import dev.rollcall.gateway.app.NotPublishedException;
import dev.rollcall.gateway.app.PlannerAnswer;
import dev.rollcall.gateway.app.PlannerAnswers;
import dev.rollcall.gateway.app.RequestPublisher;
import dev.rollcall.gateway.app.Requester;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.AuditNote;
import dev.rollcall.gateway.domain.Cluster;
import dev.rollcall.gateway.domain.ClusterPlan;
import dev.rollcall.gateway.domain.Given;
import dev.rollcall.gateway.domain.Odp;
import dev.rollcall.gateway.domain.RestartRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;

/** The gateway without Kafka: what is published goes straight into the views, and a planner that agrees answers at once. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    JacksonAutoConfiguration.class,
    CodecsAutoConfiguration.class,
    NettyReactiveWebServerAutoConfiguration.class,
    HttpHandlerAutoConfiguration.class,
    WebFluxAutoConfiguration.class
})
@Import({WebSide.class, SecuritySide.class, ConsoleSide.class})
class HttpOnly {

    /** Of its own: closing one gateway would otherwise end the event loops of all others in this JVM. */
    @Bean
    ReactorResourceFactory reactorResources() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setShutdownQuietPeriod(Duration.ZERO);
        return resources;
    }

    @Bean
    StraightThrough publisher(Views views, PlannerAnswers answers) {
        return new StraightThrough(views, answers);
    }

    @Bean
    Notes auditTrail() {
        return new Notes();
    }

    /** Keeps what the audit is told. */
    static final class Notes implements AuditTrail {
        private final List<AuditNote> all = new CopyOnWriteArrayList<>();

        @Override
        public void note(AuditNote note) {
            all.add(note);
        }

        List<AuditNote> of(String action) {
            return all.stream().filter(note -> note.action().equals(action)).toList();
        }
    }

    /** Counts what is published. */
    static final class StraightThrough implements RequestPublisher {
        private final Views views;
        private final PlannerAnswers answers;
        private final AtomicLong offset = new AtomicLong();
        private final List<Object> published = new CopyOnWriteArrayList<>();
        private volatile boolean broken;

        StraightThrough(Views views, PlannerAnswers answers) {
            this.views = views;
            this.answers = answers;
        }

        List<Object> published() {
            return published;
        }

        void broken(boolean now) {
            broken = now;
        }

        @Override
        public CompletableFuture<LogPosition> publish(ClusterChange change) {
            return record(change, () -> {
                long revision = offset.get() + 1;
                ClusterPlan plan = change.plan();
                if (plan == null) {
                    views.removeCluster(change.cluster());
                } else {
                    plan.odps()
                            .forEach(odp -> views.apply(new Odp(
                                    change.cluster(), odp.id(), odp.host(), odp.zone(), odp.sqlPort(), odp.home())));
                    views.apply(new Cluster(
                            change.cluster(),
                            revision,
                            plan.name(),
                            plan.description(),
                            plan.labels(),
                            plan.odps().size(),
                            change.requester().user(),
                            change.at()));
                }
                answers.answered(change.eventId(), new PlannerAnswer("said", true, revision, List.of(), null, ""));
            });
        }

        @Override
        public CompletableFuture<LogPosition> publish(RestartRequest request, Requester requester) {
            return record(request, () -> views.apply(request));
        }

        @Override
        public CompletableFuture<LogPosition> publish(ControlRequest control) {
            return record(control, () -> {
                String said = "said-" + control.eventId();
                answers.answered(control.eventId(), new PlannerAnswer(said, true, 0, List.of(), null, ""));
                views.apply(Given.applied(control.task().value(), said, 1_000_000 + offset.get(), 0));
            });
        }

        private CompletableFuture<LogPosition> record(Object what, Runnable effect) {
            if (broken) {
                return CompletableFuture.failedFuture(
                        new NotPublishedException("broken", new IllegalStateException("broken")));
            }
            published.add(what);
            effect.run();
            long at = offset.getAndIncrement();
            views.positions().advance("t", 0, at + 1);
            return CompletableFuture.completedFuture(new LogPosition("t", 0, at));
        }
    }
}
