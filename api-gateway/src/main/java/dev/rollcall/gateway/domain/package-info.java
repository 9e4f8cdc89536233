/** What the gateway knows and may say about it: pure, without I/O. */
@NullMarked
package dev.rollcall.gateway.domain;

import org.jspecify.annotations.NullMarked;
