/** The whole system in one thread and virtual time, with everything that can go wrong. */
@NullMarked
package dev.rollcall.standalone.simulation;

import org.jspecify.annotations.NullMarked;
