/** Webhooks: what happens to tasks, sent to addresses that the administrator configured. */
@NullMarked
package dev.rollcall.gateway.adapter.webhook;

import org.jspecify.annotations.NullMarked;
