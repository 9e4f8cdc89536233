package dev.rollcall.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.AgentProperties.Credential;
import dev.rollcall.agent.AgentProperties.CredentialType;
import dev.rollcall.agent.adapter.odp.SqlCredential;
import dev.rollcall.agent.adapter.ssh.SshCredential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredCredentialsTest {
    @TempDir
    Path directory;

    private ConfiguredCredentials with(CredentialType type, Path passwordFile) {
        return new ConfiguredCredentials(
                Map.of("it", new Credential(type, directory.resolve("key"), null, passwordFile, "root@proxysys")));
    }

    @Test
    void shouldReadThePasswordFileAtEachUse() throws Exception {
        // given
        Path file = directory.resolve("password");
        Files.writeString(file, "first\nsecond line\n");
        ConfiguredCredentials sql = with(CredentialType.SQL, file);
        ConfiguredCredentials ssh = with(CredentialType.SSH_PASSWORD, file);
        ConfiguredCredentials key = with(CredentialType.SSH_KEY, file);

        // when
        String before = sql.sql("it").map(SqlCredential::password).orElseThrow();
        Files.writeString(file, "changed");

        // then
        assertThat(before).isEqualTo("first");
        assertThat(sql.sql("it").map(SqlCredential::password)).contains("changed");
        assertThat(ssh.ssh("it")).contains(new SshCredential.Password("changed"));
        assertThat(key.ssh("it")).contains(new SshCredential.Key(directory.resolve("key"), "changed"));
    }

    @Test
    void shouldHaveNoCredentialWherePasswordOrKindIsMissing() {
        Path missing = directory.resolve("missing");

        assertThat(with(CredentialType.SQL, missing).sql("it")).isEmpty();
        assertThat(with(CredentialType.SSH_PASSWORD, missing).ssh("it")).isEmpty();
        assertThat(with(CredentialType.SQL, missing).ssh("it")).isEmpty();
        assertThat(with(CredentialType.SSH_KEY, missing).sql("it")).isEmpty();
        assertThat(with(CredentialType.SQL, missing).sql("other")).isEmpty();
    }

    @Test
    void shouldNotTellAPasswordWhenItIsPrinted() {
        Credential credential =
                new Credential(CredentialType.SQL, null, "secret", directory.resolve("file"), "root@proxysys");

        assertThat(credential.toString()).doesNotContain("secret");
        assertThat(new SqlCredential("root@proxysys", "secret").toString()).doesNotContain("secret");
        assertThat(new SshCredential.Password("secret").toString()).doesNotContain("secret");
        assertThat(new SshCredential.Key(directory, "secret").toString()).doesNotContain("secret");
    }
}
