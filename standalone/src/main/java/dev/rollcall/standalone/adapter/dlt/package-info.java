/** What could not be handled, on its topics, and back to where it came from. */
@NullMarked
package dev.rollcall.standalone.adapter.dlt;

import org.jspecify.annotations.NullMarked;
