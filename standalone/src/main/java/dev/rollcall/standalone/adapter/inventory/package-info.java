/** What other tools know of hosts and ODPs, as cluster definitions. */
@NullMarked
package dev.rollcall.standalone.adapter.inventory;

import org.jspecify.annotations.NullMarked;
