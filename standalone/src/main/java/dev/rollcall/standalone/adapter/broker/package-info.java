/** A Kafka broker (KRaft, one node) inside this JVM whose data lasts. */
@NullMarked
package dev.rollcall.standalone.adapter.broker;

import org.jspecify.annotations.NullMarked;
