@NullMarked
package dev.rollcall.gateway.adapter.webhook;

import org.jspecify.annotations.NullMarked;
