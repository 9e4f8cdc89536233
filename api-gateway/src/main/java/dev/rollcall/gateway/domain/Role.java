package dev.rollcall.gateway.domain;

/** What somebody may do; each role includes those before it. */
public enum Role {
    /** Look. */
    OBPROXY_VIEWER,
    /** Look, change definitions, restart and steer. */
    OBPROXY_MANAGER,
    /** Everything, the audit too. */
    ADMIN;

    boolean includes(Role other) {
        return compareTo(other) >= 0;
    }
}
