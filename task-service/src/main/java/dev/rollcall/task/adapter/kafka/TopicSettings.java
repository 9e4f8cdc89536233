package dev.rollcall.task.adapter.kafka;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings under {@code rollcall.kafka}, the same for all services.
 *
 * @param partitions of each topic, 1 or more
 * @param replicas of each partition, 1 or more
 */
@ConfigurationProperties("rollcall.kafka")
record TopicSettings(
        @DefaultValue("6") int partitions,
        @DefaultValue("1") short replicas) {}
