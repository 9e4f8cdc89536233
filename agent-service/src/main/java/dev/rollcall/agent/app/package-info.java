/** The work of the agent: looks at a host, lets the domain decide, acts, reports. */
@NullMarked
package dev.rollcall.agent.app;

import org.jspecify.annotations.NullMarked;
