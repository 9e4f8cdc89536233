/** Tests across the service. */
@NullMarked
package dev.rollcall.planner;

import org.jspecify.annotations.NullMarked;
