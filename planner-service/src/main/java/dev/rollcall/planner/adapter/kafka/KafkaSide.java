package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.schemas.admin.KafkaReach;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the planner to Kafka. Settings: {@code spring.kafka.*}, {@code rollcall.kafka.*} and {@code rollcall.planner.*}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaProperties.class, PlannerSettings.class, TopicSettings.class})
public class KafkaSide {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    @Bean
    PlannerRuntime plannerRuntime(
            ApplicationContext application,
            KafkaProperties kafka,
            PlannerSettings settings,
            TopicSettings topics,
            MeterRegistry meters) {
        Map<String, Object> connection = kafka.buildStreamsProperties();
        return new PlannerRuntime(
                application, settings, topics, kafka.buildAdminProperties(), connection, new PlannerMeters(meters));
    }

    @Bean(destroyMethod = "close")
    KafkaReach kafkaReach(KafkaProperties kafka) {
        return new KafkaReach(kafka.buildAdminProperties());
    }

    /** Part of readiness: whoever starts one planner after the other waits for it. */
    @Bean
    HealthIndicator kafkaHealthIndicator(KafkaReach reach) {
        return () -> {
            String trouble = reach.trouble(ANSWER_WITHIN);
            return (trouble == null ? Health.up() : Health.down().withDetail("kafka", trouble)).build();
        };
    }

    /** Part of readiness: its stores are restored and its partitions taken up. */
    @Bean
    HealthIndicator streamsHealthIndicator(PlannerRuntime runtime) {
        return () -> {
            KafkaStreams.State state = runtime.state();
            Health.Builder health = state == KafkaStreams.State.RUNNING ? Health.up() : Health.outOfService();
            return health.withDetail("streams", String.valueOf(state)).build();
        };
    }
}
