/** Reads the audit from Kafka. */
@NullMarked
package dev.rollcall.standalone.adapter.audit;

import org.jspecify.annotations.NullMarked;
