package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * A sign-in that succeeded. What it allows is asked for each time, never kept.
 *
 * @param way how they signed in
 * @param groups for somebody the provider knows, those of their groups that a grant is for; else empty
 * @param now what they may do at the moment
 */
record SignedIn(String name, Way way, List<String> groups, Supplier<Access> now) implements Authentication, Caller {

    private static final long serialVersionUID = 1L;

    SignedIn {
        groups = List.copyOf(groups);
    }

    /** How somebody signed in. */
    enum Way {
        /** HTTP Basic. */
        BASIC,
        /** The form, with user and password of a directory user. */
        FORM,
        /** A token of the identity provider in the request. */
        BEARER,
        /** The sign-in page of the identity provider. */
        OIDC
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public Access access() {
        return now.get();
    }

    @Override
    public boolean bySession() {
        return way == Way.FORM || way == Way.OIDC;
    }

    @Override
    public Collection<? extends GrantedAuthority> getAuthorities() {
        Access access = access();
        List<GrantedAuthority> authorities = new ArrayList<>();
        for (Role role : Role.values()) {
            if (access.has(role)) {
                authorities.add(new SimpleGrantedAuthority("ROLE_" + role));
            }
        }
        return authorities;
    }

    @Override
    public @Nullable Object getCredentials() {
        return null;
    }

    @Override
    public @Nullable Object getDetails() {
        return null;
    }

    @Override
    public Object getPrincipal() {
        return name;
    }

    @Override
    public boolean isAuthenticated() {
        return true;
    }

    @Override
    public void setAuthenticated(boolean authenticated) {
        throw new IllegalArgumentException("A sign-in does not change");
    }
}
