/** The task-service: folds all events into the task that people see, and gives the verdict of the roll call. */
@NullMarked
package dev.rollcall.task;

import org.jspecify.annotations.NullMarked;
