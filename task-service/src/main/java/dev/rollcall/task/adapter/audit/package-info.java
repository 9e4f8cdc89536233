/** Chains the audit by hash: a Streams application of its own, so that nothing about it can hold up a task. */
@NullMarked
package dev.rollcall.task.adapter.audit;

import org.jspecify.annotations.NullMarked;
