/** Tests over HTTP, Kafka or both. */
@NullMarked
package dev.rollcall.gateway.it;

import org.jspecify.annotations.NullMarked;
