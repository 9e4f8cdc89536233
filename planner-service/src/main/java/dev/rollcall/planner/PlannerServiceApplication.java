package dev.rollcall.planner;

import dev.rollcall.planner.adapter.kafka.KafkaSide;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The planner-service. Its settings are in {@code planner-service.yml}. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    ConfigurationPropertiesAutoConfiguration.class,
    PropertyPlaceholderAutoConfiguration.class,
    LifecycleAutoConfiguration.class,
    ApplicationAvailabilityAutoConfiguration.class,
    SslAutoConfiguration.class,
    ValidationAutoConfiguration.class
})
@Import(KafkaSide.class)
public class PlannerServiceApplication {

    /** The application, to be run alone or beside others in one JVM. */
    public static SpringApplicationBuilder builder() {
        return new SpringApplicationBuilder(PlannerServiceApplication.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .properties(
                        "spring.config.name=planner-service",
                        "spring.jmx.enabled=false",
                        "spring.main.keep-alive=true");
    }

    public static void main(String[] args) {
        builder().run(args);
    }
}
