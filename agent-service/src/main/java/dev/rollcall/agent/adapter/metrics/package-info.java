/** What the agent counts, for Prometheus and the like. */
@NullMarked
package dev.rollcall.agent.adapter.metrics;

import org.jspecify.annotations.NullMarked;
