/** The agent: probes and restarts ODPs on their hosts, each effect once. */
@NullMarked
package dev.rollcall.agent;

import org.jspecify.annotations.NullMarked;
