/** Commands in, results and status out. */
@NullMarked
package dev.rollcall.agent.adapter.kafka;

import org.jspecify.annotations.NullMarked;
