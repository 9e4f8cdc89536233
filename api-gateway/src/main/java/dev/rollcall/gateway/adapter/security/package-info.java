/** Who is asking: HTTP Basic users, roles, and what a browser may not be tricked into. */
@NullMarked
package dev.rollcall.gateway.adapter.security;

import org.jspecify.annotations.NullMarked;
