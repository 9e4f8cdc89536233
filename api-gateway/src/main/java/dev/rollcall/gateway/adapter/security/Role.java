package dev.rollcall.gateway.adapter.security;

/** What a user may do. */
enum Role {
    /** Everything. */
    ADMIN,
    /** Look, change definitions, restart and steer. */
    OBPROXY_MANAGER,
    /** Look. */
    OBPROXY_VIEWER
}
