package dev.rollcall.agent;

import dev.rollcall.agent.AgentProperties.Credential;
import dev.rollcall.agent.AgentProperties.CredentialType;
import dev.rollcall.agent.adapter.odp.SqlCredential;
import dev.rollcall.agent.adapter.ssh.SshCredential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The credentials of the settings. Password files are read at each use, so that a password can be changed while the agent runs. */
final class ConfiguredCredentials {
    private static final Logger log = LoggerFactory.getLogger(ConfiguredCredentials.class);

    private final Map<String, Credential> byName;

    ConfiguredCredentials(Map<String, Credential> byName) {
        this.byName = byName;
    }

    Optional<SshCredential> ssh(String name) {
        Credential credential = byName.get(name);
        if (credential == null || credential.type() == CredentialType.SQL) {
            return Optional.empty();
        }
        Optional<String> password = password(name, credential);
        if (credential.type() == CredentialType.SSH_PASSWORD) {
            return password.map(SshCredential.Password::new);
        }
        return Optional.of(new SshCredential.Key(Objects.requireNonNull(credential.keyFile()), password.orElse("")));
    }

    Optional<SqlCredential> sql(String name) {
        Credential credential = byName.get(name);
        if (credential == null || credential.type() != CredentialType.SQL) {
            return Optional.empty();
        }
        return password(name, credential).map(password -> new SqlCredential(credential.username(), password));
    }

    private static Optional<String> password(String name, Credential credential) {
        Path file = credential.passwordFile();
        if (file == null) {
            return Optional.ofNullable(credential.password());
        }
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse(""));
        } catch (IOException e) {
            log.error("The password file of credential {} cannot be read: {}", name, file);
            return Optional.empty();
        }
    }
}
