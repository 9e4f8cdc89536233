/** The command line. */
@NullMarked
package dev.rollcall.standalone.cli;

import org.jspecify.annotations.NullMarked;
