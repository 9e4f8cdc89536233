package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.Topics;
import dev.rollcall.task.adapter.audit.AuditTopology;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the two Streams applications: the fold, and the audit chain. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaProperties.class, TopicSettings.class, TaskServiceSettings.class})
public class KafkaSide {

    @Bean
    TaskStreams taskStreams(
            KafkaProperties kafka,
            TopicSettings topics,
            TaskServiceSettings settings,
            ApplicationEventPublisher publisher) {
        Map<String, Object> properties = kafka.buildStreamsProperties();
        // A fact is on the page within milliseconds only if both are small together (measured: 16 ms instead of 108).
        TaskStreams.Job fold = new TaskStreams.Job(
                "",
                both(TaskTopology.SOURCES, TaskTopology.SINKS),
                () -> TaskTopology.build(settings.ofFold(), topics.partitions(), properties),
                Duration.ofMillis(10),
                Duration.ofMillis(5));
        return new TaskStreams(fold, properties, topics, settings, publisher);
    }

    @Bean
    TaskStreams auditStreams(
            KafkaProperties kafka,
            TopicSettings topics,
            TaskServiceSettings settings,
            ApplicationEventPublisher publisher) {
        Map<String, Object> properties = kafka.buildStreamsProperties();
        TaskStreams.Job chain = new TaskStreams.Job(
                "-audit",
                both(AuditTopology.SOURCES, AuditTopology.SINKS),
                () -> AuditTopology.build(settings.auditGrace(), properties),
                Duration.ofMillis(100),
                Duration.ofMillis(100));
        return new TaskStreams(chain, properties, topics, settings, publisher);
    }

    private static List<Topics> both(List<Topics> sources, List<Topics> sinks) {
        return Stream.concat(sources.stream(), sinks.stream()).toList();
    }
}
