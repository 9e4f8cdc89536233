package dev.rollcall.standalone.adapter.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObdTopologyTest {

    private static final ImportedCluster.Given GIVEN =
            new ImportedCluster.Given("ops-key", "proxysys", null, null, null);

    @TempDir
    private Path directory;

    private ImportedCluster read(String text) throws IOException {
        return ObdTopology.read(Files.writeString(directory.resolve("pay-prod.yaml"), text), null, GIVEN);
    }

    @Test
    void shouldPutTheServersOwnSettingsOverTheGlobalOnes() throws IOException {
        ImportedCluster cluster = read("""
                user:
                  username: admin
                  port: 2222
                obproxy-ce:
                  servers:
                    - 10.0.0.7
                    - name: second
                      ip: 10.0.0.8
                  global:
                    home_path: /home/admin/obproxy
                  second:
                    listen_port: 2884
                    home_path: /data/obproxy
                """);

        assertThat(cluster.yaml()).isEqualTo("""
                clusters:
                  pay-prod:
                    name: pay-prod
                    defaults:
                      ssh:
                        user: admin
                        port: 2222
                        credential: ops-key
                      adminCredential: proxysys
                      launcher: obd
                    odps:
                    - host: 10.0.0.7
                      home: /home/admin/obproxy
                      sqlPort: 2883
                    - host: 10.0.0.8
                      home: /data/obproxy
                      sqlPort: 2884
                """);
    }

    @Test
    void shouldSayWhatItLeavesBehindAndNeverASecret() throws IOException {
        ImportedCluster cluster = read("""
                user: {username: admin, password: hunter2, key_file: /home/ops/id}
                oceanbase-ce: {servers: [10.0.0.1]}
                obproxy:
                  include: more.yaml
                  servers: [10.0.0.7]
                  global: {home_path: /o, obproxy_sys_password: sesame, rs_list: "10.0.0.1:2881", cluster_name: Pay!}
                """);

        String notes = String.join("\n", cluster.notes());
        assertThat(cluster.id()).isEqualTo("pay-");
        assertThat(notes)
                .contains(
                        "key_file is /home/ops/id",
                        "credential ops-key",
                        "credential proxysys",
                        "oceanbase-ce",
                        "rs_list")
                .contains("include is not followed", "Secrets are not carried over: obproxy_sys_password");
        assertThat(cluster.yaml() + notes).doesNotContain("hunter2", "sesame");
    }

    @Test
    void shouldSayWhereSomethingIsMissingOrWrong() {
        assertThatThrownBy(() -> read("oceanbase-ce: {}\n"))
                .hasMessageContaining("pay-prod.yaml:1: no component obproxy-ce");
        assertThatThrownBy(() -> read("obproxy-ce:\n  servers:\n    - 10.0.0.7\n"))
                .hasMessageContaining("pay-prod.yaml:3: no home_path for server 10.0.0.7")
                .hasMessageContaining("--home");
        assertThatThrownBy(
                        () -> read("obproxy-ce:\n  servers: [a]\n  global:\n    home_path: /o\n    listen_port: x\n"))
                .hasMessageContaining("pay-prod.yaml:5: listen_port: 'x' is no port");
        assertThatThrownBy(() -> read("obproxy-ce:\n  servers:\n    - a\n    - a\n  global: {home_path: /o}\n"))
                .hasMessageContaining("pay-prod.yaml:4: server a stands here a second time");
        assertThatThrownBy(() -> read("obproxy-ce:\n  servers:\n    - name: one\n"))
                .hasMessageContaining("pay-prod.yaml:3: a server needs its ip");
        assertThatThrownBy(() -> read("a: [\n"))
                .hasMessageContaining("pay-prod.yaml:")
                .hasMessageContaining("no YAML");
        assertThatThrownBy(() -> ObdTopology.read(directory.resolve("none"), null, GIVEN))
                .hasMessageContaining("There is no file");
    }
}
