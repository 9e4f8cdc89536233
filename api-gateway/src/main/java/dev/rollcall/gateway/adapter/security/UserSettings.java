package dev.rollcall.gateway.adapter.security;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * The users.
 *
 * @param users who may sign in; nobody when empty
 * @param allowPlainPasswords accept <code>{noop}</code> passwords; for tests
 */
@ConfigurationProperties("rollcall.gateway")
record UserSettings(
        @DefaultValue List<User> users,
        @DefaultValue("false") boolean allowPlainPasswords) {

    private static final String BCRYPT = "{bcrypt}";
    private static final String PLAIN = "{noop}";

    /**
     * A user.
     *
     * @param password bcrypt hash, with or without <code>{bcrypt}</code> before it
     */
    record User(String name, @Name("password") String password, List<Role> roles) {

        User {
            roles = List.copyOf(roles);
        }

        /** Never shows the password. */
        @Override
        public String toString() {
            return "User[name=" + name + ", roles=" + roles + "]";
        }
    }

    UserSettings {
        users = List.copyOf(users);
        Set<String> names = new HashSet<>();
        for (User user : users) {
            String fault = fault(user, allowPlainPasswords);
            if (fault == null && !names.add(user.name())) {
                fault = "is given twice";
            }
            if (fault != null) {
                throw new IllegalArgumentException(
                        "rollcall.gateway.users: user '%s' %s".formatted(user.name(), fault));
            }
        }
    }

    private static @Nullable String fault(User user, boolean allowPlain) {
        if (user.name().isBlank() || user.name().indexOf(':') >= 0) {
            return "must have a name, without a colon, which HTTP Basic cannot carry";
        }
        if (user.roles().isEmpty()) {
            return "has no role; give one or more of ADMIN, OBPROXY_MANAGER, OBPROXY_VIEWER";
        }
        if (user.password().startsWith(PLAIN)) {
            return allowPlain ? null : "has a password in clear; give its bcrypt hash";
        }
        String hash = user.password().startsWith(BCRYPT) ? user.password().substring(BCRYPT.length()) : user.password();
        return hash.matches("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}") ? null : "has no bcrypt hash as its password";
    }

    /** The stored form of a password, always with its kind before it. */
    static String stored(User user) {
        return user.password().startsWith("{") ? user.password() : BCRYPT + user.password();
    }
}
