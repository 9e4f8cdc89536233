/** Kafka Streams around the fold: topics, stores, dead letters, life cycle. */
@NullMarked
package dev.rollcall.task.adapter.kafka;

import org.jspecify.annotations.NullMarked;
