/** The HTTP API of Rollcall. */
@NullMarked
package dev.rollcall.gateway;

import org.jspecify.annotations.NullMarked;
