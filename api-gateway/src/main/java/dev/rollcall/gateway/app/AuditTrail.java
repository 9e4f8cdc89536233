package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.AuditNote;

/**
 * Tells the audit. Returns at once and never fails: a request is not held up for it, and what was asked for stands in its own record
 * besides. What gets lost is logged. For any thread.
 */
@FunctionalInterface
public interface AuditTrail {

    void note(AuditNote note);
}
