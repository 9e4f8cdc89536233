@NullMarked
package dev.rollcall.agent.model;

import org.jspecify.annotations.NullMarked;
