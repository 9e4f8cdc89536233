/** Tests of the topology. */
@NullMarked
package dev.rollcall.planner.adapter.kafka;

import org.jspecify.annotations.NullMarked;
