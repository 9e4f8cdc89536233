package dev.rollcall.gateway.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of the audit chain, to be shown. Texts are null where there is none.
 *
 * @param partition chain it belongs to
 * @param number its place in that chain
 * @param decision ALLOWED, DENIED or UNKNOWN
 * @param source who told of it: GATEWAY, TOPIC or TASK_SERVICE
 */
public record AuditLine(
        int partition,
        long number,
        String hash,
        Instant at,
        @Nullable String user,
        @Nullable String from,
        String action,
        @Nullable String cluster,
        @Nullable String task,
        String decision,
        @Nullable String code,
        @Nullable String outcome,
        String detail,
        String source) {}
