/** The planner as a Kafka Streams topology: records in, decisions, records out, in one transaction. No rules here. */
@NullMarked
package dev.rollcall.planner.adapter.kafka;

import org.jspecify.annotations.NullMarked;
