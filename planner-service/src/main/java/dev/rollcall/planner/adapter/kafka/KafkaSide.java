package dev.rollcall.planner.adapter.kafka;

import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the planner to Kafka. Settings: {@code spring.kafka.*}, {@code rollcall.kafka.*} and {@code rollcall.planner.*}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaProperties.class, PlannerSettings.class, TopicSettings.class})
public class KafkaSide {

    @Bean
    PlannerRuntime plannerRuntime(
            ApplicationContext application, KafkaProperties kafka, PlannerSettings settings, TopicSettings topics) {
        Map<String, Object> connection = kafka.buildStreamsProperties();
        return new PlannerRuntime(application, settings, topics, kafka.buildAdminProperties(), connection);
    }
}
