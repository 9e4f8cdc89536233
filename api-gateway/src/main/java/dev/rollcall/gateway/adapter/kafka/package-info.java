/** Views are fed from topics; requests are published to topics. */
@NullMarked
package dev.rollcall.gateway.adapter.kafka;

import org.jspecify.annotations.NullMarked;
