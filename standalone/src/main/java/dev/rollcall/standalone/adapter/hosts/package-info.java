/** Hosts of the demo: an SSH server each on a loopback address of its own, and the emulated ODPs that run there. */
@NullMarked
package dev.rollcall.standalone.adapter.hosts;

import org.jspecify.annotations.NullMarked;
