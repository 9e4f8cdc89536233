/** A schema registry that speaks Confluent's HTTP API and keeps its schemas in a compacted topic. */
@NullMarked
package dev.rollcall.standalone.adapter.registry;

import org.jspecify.annotations.NullMarked;
