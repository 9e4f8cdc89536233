package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.ClusterId;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * What is known of a request for the audit, gathered while it is handled. Whoever handles it may say more; for one request, one thread
 * at a time.
 */
public final class AuditDraft {

    private static final String ATTRIBUTE = AuditDraft.class.getName();
    private static final int LONGEST_DETAIL = 1_000;

    private @Nullable String user;
    private @Nullable String action;
    private @Nullable ClusterId cluster;
    private @Nullable String task;
    private @Nullable String code;
    private String detail = "";
    private boolean wanted;

    private AuditDraft() {}

    /** The draft of a request. */
    public static AuditDraft of(ServerWebExchange exchange) {
        AuditDraft draft = exchange.getAttribute(ATTRIBUTE);
        if (draft == null) {
            draft = new AuditDraft();
            exchange.getAttributes().put(ATTRIBUTE, draft);
        }
        return draft;
    }

    /** Who asks, or claims to. */
    public AuditDraft by(@Nullable String name) {
        user = name;
        return this;
    }

    /** What is asked, instead of what the address says; it is audited then in any case, also where nothing is changed. */
    public AuditDraft action(String name) {
        action = name;
        wanted = true;
        return this;
    }

    /** The cluster it is about. */
    public AuditDraft on(ClusterId id) {
        cluster = id;
        return this;
    }

    /** The task it is about. */
    public AuditDraft task(String id) {
        task = id;
        return this;
    }

    /** The stable code of a refusal. */
    AuditDraft refused(String stableCode) {
        code = stableCode;
        return this;
    }

    /** More in words, never a secret. */
    public AuditDraft detail(String words) {
        detail = words.length() > LONGEST_DETAIL ? words.substring(0, LONGEST_DETAIL) : words;
        return this;
    }

    @Nullable
    String user() {
        return user;
    }

    @Nullable
    String action() {
        return action;
    }

    @Nullable
    ClusterId cluster() {
        return cluster;
    }

    @Nullable
    String task() {
        return task;
    }

    @Nullable
    String code() {
        return code;
    }

    String detail() {
        return detail;
    }

    boolean wanted() {
        return wanted;
    }
}
