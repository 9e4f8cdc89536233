/** HTTP: controllers, documents, strict JSON, problem documents, server-sent events. */
@NullMarked
package dev.rollcall.gateway.adapter.web;

import org.jspecify.annotations.NullMarked;
