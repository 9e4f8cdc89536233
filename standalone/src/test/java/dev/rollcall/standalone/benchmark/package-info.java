/** Figures about size and speed; see {@code docs/performance.md}. Nothing here is run by a test. */
@NullMarked
package dev.rollcall.standalone.benchmark;

import org.jspecify.annotations.NullMarked;
