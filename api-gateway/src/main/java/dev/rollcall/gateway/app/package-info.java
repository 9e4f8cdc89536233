/** Read views and the requests that people make, between the HTTP side and Kafka. */
@NullMarked
package dev.rollcall.gateway.app;

import org.jspecify.annotations.NullMarked;
