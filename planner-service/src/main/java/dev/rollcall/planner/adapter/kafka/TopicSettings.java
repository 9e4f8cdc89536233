package dev.rollcall.planner.adapter.kafka;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings under {@code rollcall.kafka}, the same for all services.
 *
 * @param partitions of each topic, 1 or more
 * @param replicas of each partition, 1 or more
 */
@Validated
@ConfigurationProperties("rollcall.kafka")
record TopicSettings(
        @Min(1) @DefaultValue("6") int partitions,
        @Min(1) @DefaultValue("1") short replicas) {}
