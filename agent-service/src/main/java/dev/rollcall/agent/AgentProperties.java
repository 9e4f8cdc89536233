package dev.rollcall.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings under {@code rollcall.agent}; each is explained in {@code agent-service.yml}.
 *
 * @param credentials by the name that cluster definitions use
 */
@ConfigurationProperties("rollcall.agent")
record AgentProperties(
        @DefaultValue("") String id,
        @DefaultValue("64") int maxInFlight,
        @DefaultValue("20000") int queueCapacity,
        @DefaultValue("10s") Duration heartbeat,
        @DefaultValue("") String knownHosts,
        @DefaultValue("false") boolean trustOnFirstUse,
        @DefaultValue("8") int maxHandshakesPerHost,
        @DefaultValue("10s") Duration sshConnectTimeout,
        @DefaultValue("15s") Duration sshKeepAlive,
        @DefaultValue("8") int sshChannelsPerSession,
        @DefaultValue("32") int sshSessionsPerHost,
        @DefaultValue("10m") Duration sshIdle,
        @DefaultValue("5s") Duration loginTimeout,
        @DefaultValue("30s") Duration lockWait,
        @DefaultValue("20s") Duration lockLease,
        @DefaultValue("60s") Duration rollbackTimeout,
        @DefaultValue("10s") Duration stopGrace,
        @DefaultValue("60s") Duration startTimeout,
        @DefaultValue("10m") Duration maxCommandAge,
        @DefaultValue("5m") Duration stopLease,
        @DefaultValue("60s") Duration startWithin,
        @DefaultValue("false") boolean customCommands,
        @DefaultValue Monitor monitor,
        Map<String, Credential> credentials) {

    AgentProperties {
        credentials = credentials == null ? Map.of() : Map.copyOf(credentials);
        require(maxInFlight >= 1, "max-in-flight", maxInFlight, "1 or more");
        require(queueCapacity >= 1, "queue-capacity", queueCapacity, "1 or more");
        require(maxHandshakesPerHost >= 1, "max-handshakes-per-host", maxHandshakesPerHost, "1 or more");
        require(
                sshChannelsPerSession >= 3,
                "ssh-channels-per-session",
                sshChannelsPerSession,
                "3 or more: a hot restart takes that many");
        require(sshSessionsPerHost >= 1, "ssh-sessions-per-host", sshSessionsPerHost, "1 or more");
        require(lockLease.toSeconds() >= 4, "lock-lease", lockLease, "4s or more");
        require(rollbackTimeout.toSeconds() >= 1, "rollback-timeout", rollbackTimeout, "1s or more");
        require(!heartbeat.isZero() && !heartbeat.isNegative(), "heartbeat", heartbeat, "more than nothing");
        credentials.forEach((name, credential) -> credential.check(name));
    }

    /**
     * @param interval between two looks at an ODP
     * @param heartbeat between two status records of an ODP that does not change
     * @param threads looks at the same time, most of which wait for hosts that do not answer
     */
    record Monitor(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("3s") Duration interval,
            @DefaultValue("10s") Duration heartbeat,
            @DefaultValue("256") int threads) {
        Monitor {
            require(interval.toMillis() >= 100, "monitor.interval", interval, "100ms or more");
            require(
                    heartbeat.compareTo(interval) >= 0,
                    "monitor.heartbeat",
                    heartbeat,
                    "not less than monitor.interval");
            require(threads >= 1, "monitor.threads", threads, "1 or more");
        }
    }

    /** Kinds of credentials. */
    enum CredentialType {
        SSH_KEY,
        SSH_PASSWORD,
        SQL
    }

    /**
     * Something to log in with; never printed.
     *
     * @param keyFile private key, for {@code ssh-key}
     * @param password or the passphrase of the key
     * @param passwordFile its first line is the password; read at each use
     * @param username for {@code sql}; {@code root@proxysys} unless given
     */
    record Credential(
            @Nullable CredentialType type,
            @Nullable Path keyFile,
            @Nullable String password,
            @Nullable Path passwordFile,
            @DefaultValue("root@proxysys") String username) {

        private void check(String name) {
            String at = "credentials." + name;
            CredentialType kind = type;
            if (kind == null) {
                throw new IllegalArgumentException(
                        "rollcall.agent." + at + ".type is missing: ssh-key, ssh-password or sql");
            }
            switch (kind) {
                case SSH_KEY -> require(keyFile != null, at + ".key-file", "nothing", "the path of a private key");
                case SSH_PASSWORD, SQL ->
                    require(
                            (password == null) != (passwordFile == null),
                            at,
                            "both or neither",
                            "given exactly one of password and password-file");
            }
        }

        @Override
        public String toString() {
            return "Credential[" + type + "]";
        }
    }

    private static void require(boolean ok, String key, Object value, String wanted) {
        if (!ok) {
            throw new IllegalArgumentException("rollcall.agent." + key + " must be " + wanted + ", not " + value);
        }
    }
}
