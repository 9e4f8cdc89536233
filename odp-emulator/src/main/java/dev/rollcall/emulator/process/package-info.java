/**
 * What runs inside an emulated {@code obproxy} process.
 */
@NullMarked
package dev.rollcall.emulator.process;

import org.jspecify.annotations.NullMarked;
