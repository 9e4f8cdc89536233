package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.Sighting;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What the gateway counts; each is explained in {@code docs/metrics.md}. Every gateway shows the same ODPs. */
@Component
final class GatewayMeters implements MeterBinder {
    private static final double MILLIS = 1000;

    private final Views views;
    private final InstantSource clock;

    GatewayMeters(Views views, InstantSource clock) {
        this.views = views;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("rollcall.sse.subscribers", views, Views::watching)
                .description("Open streams: of the API, of pages of the console, and requests that wait for an answer")
                .register(registry);
        for (OdpState state : OdpState.values()) {
            Gauge.builder(
                            "rollcall.odps",
                            () -> odps(clock.instant())
                                    .filter(odp -> odp.state() == state)
                                    .count())
                    .description("ODPs of all clusters by state; UNKNOWN: nothing fresh was heard")
                    .tag("state", state.name())
                    .register(registry);
        }
        Gauge.builder("rollcall.status.age", this::oldestStatusSeconds)
                .description("Age of the oldest status that this gateway shows; 0 when there is none")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder(
                        "rollcall.odps.never.seen",
                        () -> odps(clock.instant())
                                .filter(odp -> odp.last() == null)
                                .count())
                .description("ODPs of which no agent has said anything yet")
                .register(registry);
    }

    private Stream<LiveOdp> odps(Instant now) {
        return views.definitions().stream().flatMap(cluster -> views.at(cluster, now).odps().stream());
    }

    private double oldestStatusSeconds() {
        Instant now = clock.instant();
        return odps(now)
                .map(LiveOdp::last)
                .filter(last -> last != null)
                .map(Sighting::receivedAt)
                .mapToDouble(at -> Duration.between(at, now).toMillis() / MILLIS)
                .max()
                .orElse(0);
    }
}
