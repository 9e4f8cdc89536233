package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.app.Views;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Part of readiness: a gateway takes no requests before its views are complete. */
@Component("viewsHealthIndicator")
final class ViewsHealth implements HealthIndicator {

    private final Views views;

    ViewsHealth(Views views) {
        this.views = views;
    }

    @Override
    public Health health() {
        return views.isCaughtUp() ? Health.up().build() : Health.outOfService().build();
    }
}
