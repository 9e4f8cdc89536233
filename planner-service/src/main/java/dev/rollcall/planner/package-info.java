/** The planner: keeps the definitions of clusters and decides what is restarted when. */
@NullMarked
package dev.rollcall.planner;

import org.jspecify.annotations.NullMarked;
