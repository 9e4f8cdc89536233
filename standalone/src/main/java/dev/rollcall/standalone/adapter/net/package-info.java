/** Loopback ports: are they free, and words for when they are not. */
@NullMarked
package dev.rollcall.standalone.adapter.net;

import org.jspecify.annotations.NullMarked;
