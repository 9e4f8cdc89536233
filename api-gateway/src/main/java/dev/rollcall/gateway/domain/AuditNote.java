package dev.rollcall.gateway.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the audit is told: who asked for what, from where, and what came of it.
 *
 * @param user who is signed in, or claimed to be; null: nobody
 * @param from network address; null when unknown
 * @param action what was asked, such as RESTART or SIGN_IN
 * @param cluster cluster it is about; null without one
 * @param task task it is about; null without one
 * @param code stable code of a refusal; null without one
 * @param outcome status of the answer
 * @param detail more in words, without secrets
 * @param traceParent W3C trace context
 */
public record AuditNote(
        String id,
        Instant at,
        @Nullable String user,
        @Nullable String from,
        String action,
        @Nullable ClusterId cluster,
        @Nullable String task,
        boolean allowed,
        @Nullable String code,
        String outcome,
        String detail,
        String traceParent) {}
