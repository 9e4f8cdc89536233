/**
 * ODP configurations: their names, ranges and defaults by version, and the file they live in.
 */
@NullMarked
package dev.rollcall.emulator.config;

import org.jspecify.annotations.NullMarked;
