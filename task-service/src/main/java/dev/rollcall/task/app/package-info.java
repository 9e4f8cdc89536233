/** Loads what is known, folds one fact, stores and sends what has changed. No rules here. */
@NullMarked
package dev.rollcall.task.app;

import org.jspecify.annotations.NullMarked;
