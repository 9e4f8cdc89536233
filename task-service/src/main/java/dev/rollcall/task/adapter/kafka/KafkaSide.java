package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.KafkaReach;
import dev.rollcall.task.adapter.audit.AuditTopology;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the two Streams applications: the fold, and the audit chain. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaProperties.class, TopicSettings.class, TaskServiceSettings.class})
public class KafkaSide {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    @Bean
    TaskMeters taskMeters(MeterRegistry registry) {
        return new TaskMeters(registry);
    }

    @Bean
    TaskStreams taskStreams(
            KafkaProperties kafka,
            TopicSettings topics,
            TaskServiceSettings settings,
            ApplicationEventPublisher publisher,
            TaskMeters meters) {
        Map<String, Object> properties = kafka.buildStreamsProperties();
        // Nobody waits for a fact but people, and a transaction takes as much work whatever is in it: below 50 ms a
        // large task is slower.
        TaskStreams.Job fold = new TaskStreams.Job(
                "",
                both(TaskTopology.SOURCES, TaskTopology.SINKS),
                () -> TaskTopology.build(settings.ofFold(), topics.partitions(), properties, meters),
                Duration.ofMillis(50),
                Duration.ofMillis(10));
        return new TaskStreams(fold, properties, topics, settings, publisher, meters);
    }

    @Bean
    TaskStreams auditStreams(
            KafkaProperties kafka,
            TopicSettings topics,
            TaskServiceSettings settings,
            ApplicationEventPublisher publisher,
            TaskMeters meters) {
        Map<String, Object> properties = kafka.buildStreamsProperties();
        TaskStreams.Job chain = new TaskStreams.Job(
                "-audit",
                both(AuditTopology.SOURCES, AuditTopology.SINKS),
                () -> AuditTopology.build(
                        settings.auditGrace(), properties, () -> meters.putAside(Topics.AUDIT_ENTRIES)),
                Duration.ofMillis(100),
                Duration.ofMillis(100));
        return new TaskStreams(chain, properties, topics, settings, publisher, meters);
    }

    @Bean(destroyMethod = "close")
    KafkaReach kafkaReach(KafkaProperties kafka) {
        return new KafkaReach(kafka.buildAdminProperties());
    }

    /** Part of readiness: whoever starts one instance after the other waits for it. */
    @Bean
    HealthIndicator kafkaHealthIndicator(KafkaReach reach) {
        return () -> {
            String trouble = reach.trouble(ANSWER_WITHIN);
            return (trouble == null ? Health.up() : Health.down().withDetail("kafka", trouble)).build();
        };
    }

    /** Part of readiness: stores are restored and partitions taken up, of both applications. */
    @Bean
    HealthIndicator streamsHealthIndicator(List<TaskStreams> applications) {
        return () -> {
            boolean all = applications.stream().allMatch(streams -> streams.state() == KafkaStreams.State.RUNNING);
            return (all ? Health.up() : Health.outOfService())
                    .withDetail(
                            "streams",
                            applications.stream()
                                    .map(streams -> String.valueOf(streams.state()))
                                    .toList())
                    .build();
        };
    }

    private static List<Topics> both(List<Topics> sources, List<Topics> sinks) {
        return Stream.concat(sources.stream(), sinks.stream()).toList();
    }
}
