package dev.rollcall.agent.adapter.kafka;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings under {@code rollcall.kafka}, the same for all services.
 *
 * @param partitions of each topic
 * @param replicas of each partition
 */
@ConfigurationProperties("rollcall.kafka")
public record TopicSettings(
        @DefaultValue("6") int partitions,
        @DefaultValue("1") short replicas) {
    public TopicSettings {
        if (partitions < 1 || replicas < 1) {
            throw new IllegalArgumentException(
                    "rollcall.kafka.partitions and rollcall.kafka.replicas must be 1 or more, not " + partitions
                            + " and " + replicas);
        }
    }
}
