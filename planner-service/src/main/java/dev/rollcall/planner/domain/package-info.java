/**
 * The planner's decisions, pure: {@link dev.rollcall.planner.domain.Planner} reads a view of the state and answers with the
 * entries to change and the records to send. Nothing here knows Kafka, Avro, Spring, a clock or chance.
 */
@NullMarked
package dev.rollcall.planner.domain;

import org.jspecify.annotations.NullMarked;
