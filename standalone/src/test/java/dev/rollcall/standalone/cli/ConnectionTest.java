package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {

    private static final String BASIC_AB = "Basic YTpi";

    @TempDir
    private Path files;

    private final Map<String, String> environment = new HashMap<>();
    private @Nullable Path file;

    private Connection.Said said() {
        return Connection.said(environment::get, file);
    }

    private static Connection of(Connection.Said said) {
        return Connection.of(said, user -> null, false, false);
    }

    private Path write(String name, String text, String permissions) throws IOException {
        Path path = Files.writeString(files.resolve(name), text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        return path;
    }

    @Test
    void shouldTakeOptionsBeforeTheEnvironmentBeforeTheFile() throws IOException {
        file = write("c", "gateway=http://127.0.0.1:1\nuser=f\npassword=f\n", "rw-------");
        assertThat(of(said()).gateway()).hasPort(1);

        environment.put("ROLLCALL_GATEWAY", "http://127.0.0.1:2");
        environment.put("ROLLCALL_USER", "a");
        environment.put("ROLLCALL_PASSWORD", "b");
        assertThat(of(said()).gateway()).hasPort(2);
        assertThat(of(said()).authorization()).isEqualTo(BASIC_AB);

        Path password = write("p", "b\nnot this\n", "rw-------");
        environment.put("ROLLCALL_PASSWORD", "other");
        Connection chosen = of(said().option("gateway", "http://127.0.0.1:3")
                .option("user", "a")
                .option("password-file", password));
        assertThat(chosen.gateway()).hasPort(3);
        assertThat(chosen.authorization()).isEqualTo(BASIC_AB);
    }

    @Test
    void shouldTakeATokenUnlessAUserIsNamed() throws IOException {
        environment.put("ROLLCALL_TOKEN", "t");
        assertThat(of(said()).authorization()).isEqualTo("Bearer t");

        environment.put("ROLLCALL_PASSWORD", "b");
        assertThat(of(said().option("user", "a")).authorization()).isEqualTo(BASIC_AB);

        environment.clear();
        assertThat(of(said().option("token-file", write("t", "tt\n", "rw-------")))
                        .authorization())
                .isEqualTo("Bearer tt");
    }

    @Test
    void shouldRefuseAFileWithASecretThatOthersMayRead() throws IOException {
        file = write("c", "user=a\npassword=b\n", "rw-r--r--");
        assertThatThrownBy(this::said).hasMessageContaining("chmod 600");

        file = write("c", "user=a\n", "rw-r--r--");
        environment.put("ROLLCALL_PASSWORD", "b");
        assertThat(of(said()).authorization()).isEqualTo(BASIC_AB);
    }

    @Test
    void shouldRefuseASettingThatItDoesNotKnow() throws IOException {
        file = write("c", "pasword=b\n", "rw-------");
        assertThatThrownBy(this::said).hasMessageContaining("unknown setting 'pasword'");
    }

    @Test
    void shouldSendNoPasswordWhereOthersCanReadIt() {
        environment.putAll(
                Map.of("ROLLCALL_USER", "a", "ROLLCALL_PASSWORD", "b", "ROLLCALL_GATEWAY", "http://192.0.2.1"));
        assertThatThrownBy(() -> of(said())).hasMessageContaining("https").hasMessageContaining("--allow-plain-http");
        assertThat(Connection.of(said(), user -> null, false, true).gateway()).hasHost("192.0.2.1");

        environment.put("ROLLCALL_GATEWAY", "https://192.0.2.1");
        assertThat(of(said()).gateway()).hasScheme("https");
        environment.put("ROLLCALL_GATEWAY", "https://a:b@192.0.2.1");
        assertThatThrownBy(() -> of(said())).hasMessageContaining("no user or password in the address");
        environment.put("ROLLCALL_GATEWAY", "rollcall");
        assertThatThrownBy(() -> of(said())).hasMessageContaining("is no address");
    }

    @Test
    void shouldAskWhereThereIsNoPasswordAndSaySoWhereNobodyCanBeAsked() {
        assertThatThrownBy(() -> of(said())).hasMessageContaining("--user");
        assertThatThrownBy(() -> of(said().option("user", "a"))).hasMessageContaining("ROLLCALL_PASSWORD");
        assertThatThrownBy(() -> of(said().option("user", "a:b"))).hasMessageContaining("no colon");
        assertThat(Connection.of(said().option("user", "a"), user -> new char[] {'b'}, false, false)
                        .authorization())
                .isEqualTo(BASIC_AB);

        environment.put("ROLLCALL_PASSWORD", "old");
        assertThat(Connection.of(said().option("user", "a"), user -> new char[] {'b'}, true, false)
                        .authorization())
                .isEqualTo(BASIC_AB);
    }
}
