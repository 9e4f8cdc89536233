package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.Grant;
import dev.rollcall.gateway.domain.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * The users.
 *
 * @param users who may sign in, beside those of the file
 * @param usersFile YAML file with more of them, read again whenever it changes; null: none
 * @param allowPlainPasswords accept <code>{noop}</code> passwords; for tests
 */
@ConfigurationProperties("rollcall.gateway")
record UserSettings(
        @DefaultValue List<User> users,
        @Nullable Path usersFile,
        @DefaultValue("false") boolean allowPlainPasswords) {

    private static final String BCRYPT = "{bcrypt}";
    private static final String PLAIN = "{noop}";
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}");
    private static final int LONGEST_NAME = 128;

    UserSettings {
        users = List.copyOf(users);
        check(users, allowPlainPasswords);
    }

    /**
     * A user.
     *
     * @param password bcrypt hash, with or without <code>{bcrypt}</code> before it
     * @param roles what they may do on the clusters
     * @param clusters ids of clusters, <code>*</code> standing for any characters; null: all clusters
     * @param grants roles on other clusters
     */
    record User(
            @Name("name") String name,
            @Name("password") String password,
            @DefaultValue List<Role> roles,
            @Nullable List<String> clusters,
            @DefaultValue List<GrantSettings> grants) {

        User {
            roles = List.copyOf(roles);
            clusters = clusters == null ? null : List.copyOf(clusters);
            grants = List.copyOf(grants);
        }

        Access access() {
            List<Grant> all = new ArrayList<>();
            roles.forEach(role -> all.add(new GrantSettings(role, clusters).grant()));
            grants.forEach(grant -> all.add(grant.grant()));
            return new Access(all);
        }

        /** The stored form of the password, always with its kind before it. */
        String stored() {
            return password.startsWith("{") ? password : BCRYPT + password;
        }

        /** Never shows the password. */
        @Override
        public String toString() {
            return "User[name=" + name + ", roles=" + roles + "]";
        }
    }

    /**
     * A role on some clusters.
     *
     * @param clusters ids, <code>*</code> standing for any characters; null: all clusters
     */
    record GrantSettings(Role role, @Nullable List<String> clusters) {

        GrantSettings {
            clusters = clusters == null ? null : List.copyOf(clusters);
        }

        Grant grant() {
            return clusters == null ? Grant.everywhere(role) : new Grant(role, clusters);
        }

        /** What is wrong with naming these clusters; null when nothing is. */
        static @Nullable String fault(@Nullable List<String> clusters) {
            if (clusters == null) {
                return null;
            }
            if (clusters.isEmpty()) {
                return "has an empty list of clusters; leave it out for all clusters";
            }
            return clusters.stream()
                    .filter(pattern -> !Grant.canName(pattern))
                    .map("has clusters '%s', which is no cluster id, with or without * in it"::formatted)
                    .findFirst()
                    .orElse(null);
        }
    }

    /** @throws IllegalArgumentException saying what is wrong with whom, without the password */
    static void check(List<User> users, boolean allowPlain) {
        Map<String, User> names = new HashMap<>();
        for (User user : users) {
            String fault = fault(user, allowPlain);
            if (fault == null && names.put(user.name(), user) != null) {
                fault = "is given twice";
            }
            if (fault != null) {
                throw new IllegalArgumentException("user '%s' %s".formatted(user.name(), fault));
            }
        }
    }

    private static @Nullable String fault(User user, boolean allowPlain) {
        if (user.name().isBlank()
                || user.name().indexOf(':') >= 0
                || user.name().length() > LONGEST_NAME) {
            return "must have a name of at most 128 characters without a colon, which HTTP Basic cannot carry";
        }
        if (user.roles().isEmpty() && user.grants().isEmpty()) {
            return "has no role; give one or more of OBPROXY_VIEWER, OBPROXY_MANAGER, ADMIN";
        }
        String clusters = GrantSettings.fault(user.clusters());
        for (GrantSettings grant : user.grants()) {
            clusters = clusters == null ? GrantSettings.fault(grant.clusters()) : clusters;
        }
        if (clusters != null) {
            return clusters;
        }
        if (user.password().startsWith(PLAIN)) {
            return allowPlain ? null : "has a password in clear; give its bcrypt hash";
        }
        String hash = user.password().startsWith(BCRYPT) ? user.password().substring(BCRYPT.length()) : user.password();
        return HASH.matcher(hash).matches() ? null : "has no bcrypt hash as its password";
    }
}
