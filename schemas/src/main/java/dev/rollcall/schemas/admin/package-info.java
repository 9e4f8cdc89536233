/** Declaring the topics, the same way from every service. */
@NullMarked
package dev.rollcall.schemas.admin;

import org.jspecify.annotations.NullMarked;
