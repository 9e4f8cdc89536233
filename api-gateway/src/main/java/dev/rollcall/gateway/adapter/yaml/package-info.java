/** Cluster definitions in YAML, each value with the line it stands on. */
@NullMarked
package dev.rollcall.gateway.adapter.yaml;

import org.jspecify.annotations.NullMarked;
