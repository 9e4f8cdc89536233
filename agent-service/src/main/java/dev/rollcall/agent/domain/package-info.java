/** The decisions of the agent, without I/O: what a host's report means, what the journal allows, what to do next. */
@NullMarked
package dev.rollcall.agent.domain;

import org.jspecify.annotations.NullMarked;
