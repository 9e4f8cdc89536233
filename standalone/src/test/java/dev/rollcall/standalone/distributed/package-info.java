/** Rollcall as it runs on several machines: brokers, services and hosts as processes of their own, several of each. */
@NullMarked
package dev.rollcall.standalone.distributed;

import org.jspecify.annotations.NullMarked;
