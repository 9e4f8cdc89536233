/**
 * The part of the MySQL client/server protocol that an ODP speaks, both ends of it.
 */
@NullMarked
package dev.rollcall.emulator.mysql;

import org.jspecify.annotations.NullMarked;
