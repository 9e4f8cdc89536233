/** Tests of the decisions, without Kafka and in virtual time. */
@NullMarked
package dev.rollcall.planner.domain;

import org.jspecify.annotations.NullMarked;
