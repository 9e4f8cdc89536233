/** The admin port of an ODP, with MariaDB's driver through an SSH channel. */
@NullMarked
package dev.rollcall.agent.adapter.odp;

import org.jspecify.annotations.NullMarked;
