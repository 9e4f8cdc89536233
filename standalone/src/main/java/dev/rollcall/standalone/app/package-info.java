/** Starting and stopping the whole of Rollcall in one JVM, and the demo on top of it. */
@NullMarked
package dev.rollcall.standalone.app;

import org.jspecify.annotations.NullMarked;
