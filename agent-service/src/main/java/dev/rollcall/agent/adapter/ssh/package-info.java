/** Shell and forwarded connections over SSH, with JSch. */
@NullMarked
package dev.rollcall.agent.adapter.ssh;

import org.jspecify.annotations.NullMarked;
