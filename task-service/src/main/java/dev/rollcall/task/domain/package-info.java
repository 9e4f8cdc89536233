/**
 * The fold, pure: {@link dev.rollcall.task.domain.TaskFold} reads what is known of a task, takes one more fact and answers with
 * what has changed. Nothing here knows Kafka, Avro, Spring, a clock or chance.
 */
@NullMarked
package dev.rollcall.task.domain;

import org.jspecify.annotations.NullMarked;
