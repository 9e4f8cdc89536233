package dev.rollcall.task.adapter.kafka;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the Streams application. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaProperties.class, TopicSettings.class, TaskServiceSettings.class})
public class KafkaSide {

    @Bean
    TaskStreams taskStreams(
            KafkaProperties kafka,
            TopicSettings topics,
            TaskServiceSettings settings,
            ApplicationEventPublisher publisher) {
        return new TaskStreams(kafka.buildStreamsProperties(), topics, settings, publisher);
    }
}
