package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Grant;
import dev.rollcall.gateway.domain.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An OpenID provider whose people and programs are let in, beside the users. Without an issuer there is none.
 *
 * @param issuer the provider's issuer, exactly as its tokens name it; https, or http on this machine
 * @param clientId what the provider knows Rollcall as; null: nobody signs in at the provider's page, only tokens are accepted
 * @param clientSecret what Rollcall proves that with; null: a public client, or the secret is in a file
 * @param clientSecretFile file with the secret, read at each sign-in; null: none
 * @param scopes what is asked for at a sign-in; openid is always
 * @param audiences of which a bearer token must name one; empty: the client id
 * @param nameClaim claim with the name that is shown and audited; a token without it is known by its subject
 * @param groupsClaim claim with the groups: a list of texts, or one text with spaces between; dots lead into objects
 * @param grants what groups may do
 * @param clockSkew by how much the clocks of provider and gateway may differ
 * @param keysLifetime for how long the provider's keys are kept before they are asked for again
 * @param sessionLifetime for how long what the provider said at a sign-in is believed
 * @param signOutAtProvider whether signing out here also ends the provider's session, where it offers that
 */
@ConfigurationProperties("rollcall.gateway.oidc")
record OidcSettings(
        @Nullable String issuer,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @Nullable Path clientSecretFile,
        @DefaultValue({"openid", "profile"}) List<String> scopes,
        @DefaultValue List<String> audiences,
        @DefaultValue("preferred_username") String nameClaim,
        @DefaultValue("groups") String groupsClaim,
        @DefaultValue List<GroupGrant> grants,
        @DefaultValue("60s") Duration clockSkew,
        @DefaultValue("5m") Duration keysLifetime,
        @DefaultValue("1h") Duration sessionLifetime,
        @DefaultValue("true") boolean signOutAtProvider) {

    private static final String PREFIX = "rollcall.gateway.oidc";
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);
    private static final Duration LEAST_KEYS_LIFETIME = Duration.ofMinutes(1);

    /** Where a group's name tells the cluster. */
    static final String CLUSTER = "{cluster}";

    OidcSettings {
        scopes = List.copyOf(scopes);
        grants = List.copyOf(grants);
        audiences = audiences.isEmpty() && clientId != null ? List.of(clientId) : List.copyOf(audiences);
        if (issuer != null) {
            String fault = clientId != null && clientId.isBlank() ? ".client-id is empty; leave it out" : null;
            fault = fault != null ? fault : fault(issuer, clientSecret, clientSecretFile, audiences, grants);
            if (fault == null && (clockSkew.isNegative() || clockSkew.compareTo(MOST_SKEW) > 0)) {
                fault = ".clock-skew must be between 0s and 5m";
            }
            if (fault == null && keysLifetime.compareTo(LEAST_KEYS_LIFETIME) < 0) {
                fault = ".keys-lifetime must be 1m or more";
            }
            if (fault == null && (sessionLifetime.isNegative() || sessionLifetime.isZero())) {
                fault = ".session-lifetime must be positive";
            }
            if (fault != null) {
                throw new IllegalArgumentException(PREFIX + fault);
            }
        }
    }

    private static @Nullable String fault(
            String issuer,
            @Nullable String secret,
            @Nullable Path secretFile,
            List<String> audiences,
            List<GroupGrant> grants) {
        if (!isSafe(issuer)) {
            return ".issuer '%s' must be an https address: whoever is on the way could put in keys of their own"
                    .formatted(issuer);
        }
        if (secret != null && secretFile != null) {
            return ".client-secret and .client-secret-file are both given; leave one out";
        }
        if (secretFile != null && !Files.isReadable(secretFile)) {
            return ".client-secret-file: cannot read " + secretFile;
        }
        if (audiences.isEmpty()) {
            return ".audiences is empty, and there is no client-id: tokens made for anybody else would count here";
        }
        if (grants.isEmpty()) {
            return ".grants is empty: nobody of the provider could do anything";
        }
        return grants.stream()
                .map(GroupGrant::fault)
                .filter(fault -> fault != null)
                .findFirst()
                .orElse(null);
    }

    private static boolean isSafe(String issuer) {
        try {
            URI address = URI.create(issuer);
            String host = address.getHost();
            if (host == null || address.getRawQuery() != null || address.getRawFragment() != null) {
                return false;
            }
            return "https".equals(address.getScheme())
                    || ("http".equals(address.getScheme())
                            && InetAddress.getByName(host).isLoopbackAddress());
        } catch (IllegalArgumentException | UnknownHostException e) {
            return false;
        }
    }

    /**
     * What the members of a group may do.
     *
     * @param group the group's name; {@value OidcSettings#CLUSTER} in it stands for the id of the cluster that the grant is for
     * @param clusters ids, <code>*</code> standing for any characters; null: all clusters, or the one that the group's name tells
     */
    record GroupGrant(String group, Role role, @Nullable List<String> clusters) {

        GroupGrant {
            clusters = clusters == null ? null : List.copyOf(clusters);
        }

        boolean namesCluster() {
            return group.contains(CLUSTER);
        }

        /** The grant that a group of this name gives; null when it is not meant. */
        @Nullable
        Grant grantOf(String name) {
            if (!namesCluster()) {
                return !group.equals(name)
                        ? null
                        : clusters == null ? Grant.everywhere(role) : new Grant(role, clusters);
            }
            int at = group.indexOf(CLUSTER);
            String before = group.substring(0, at);
            String after = group.substring(at + CLUSTER.length());
            if (name.length() <= before.length() + after.length()
                    || !name.startsWith(before)
                    || !name.endsWith(after)) {
                return null;
            }
            String cluster = name.substring(before.length(), name.length() - after.length());
            // No patterns: who may name groups at the provider must not be able to say "all".
            return ClusterId.isValid(cluster) ? new Grant(role, List.of(cluster)) : null;
        }

        private @Nullable String fault() {
            if (group.isBlank()) {
                return ".grants: a group has no name";
            }
            if (namesCluster() && (clusters != null || group.indexOf(CLUSTER) != group.lastIndexOf(CLUSTER))) {
                return ".grants: '%s' names the cluster itself, once, so give no clusters beside it".formatted(group);
            }
            String fault = UserSettings.GrantSettings.fault(clusters);
            return fault == null ? null : ".grants: '%s' %s".formatted(group, fault);
        }
    }

    /** The client's secret as it is now; null for a public client. */
    @Nullable
    String secret() {
        try {
            String secret = clientSecretFile == null ? clientSecret : Files.readString(clientSecretFile);
            return secret == null || secret.isBlank() ? null : secret.strip();
        } catch (IOException e) {
            throw new UncheckedIOException(PREFIX + ".client-secret-file: cannot read " + clientSecretFile, e);
        }
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "OidcSettings[issuer=%s, clientId=%s]".formatted(issuer, clientId);
    }
}
