/** The gateway as its own programs use it: over HTTP, with the rights of a user. */
@NullMarked
package dev.rollcall.standalone.adapter.http;

import org.jspecify.annotations.NullMarked;
