package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.app.Views;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Wires the console; needs what the HTTP side wires. */
@Configuration(proxyBeanMethods = false)
@Import({
    ClusterPages.class,
    TaskPages.class,
    RestartPages.class,
    DefinitionPages.class,
    SteerPages.class,
    AuditPages.class,
    PreferencePages.class,
    PageFaults.class
})
public class ConsoleSide {

    private static final int PAGES_WAITING = 10_000;

    @Bean(destroyMethod = "dispose")
    Scheduler pageScheduler() {
        return Schedulers.newBoundedElastic(
                2 * Runtime.getRuntime().availableProcessors(), PAGES_WAITING, "pages", 30, true);
    }

    @Bean
    Assets assets() {
        return new Assets();
    }

    @Bean
    Viewers viewers(Views views, Scheduler pageScheduler) {
        return new Viewers(views, pageScheduler);
    }

    @Bean
    Templates templates() {
        return new Templates();
    }

    @Bean
    SignInLook signInLook(Templates templates, Assets assets) {
        return new SignInLook(templates, assets);
    }

    @Bean
    Console console(Views views, Templates templates, Assets assets, Scheduler pageScheduler) {
        return new Console(views, templates, assets, new Live(pageScheduler));
    }

    @Bean
    RouterFunction<ServerResponse> assetRoutes(Assets assets) {
        return assets.routes();
    }
}
