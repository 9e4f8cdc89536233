/** The console: web pages rendered on the server, kept live by server-sent fragments. */
@NullMarked
package dev.rollcall.gateway.adapter.console;

import org.jspecify.annotations.NullMarked;
