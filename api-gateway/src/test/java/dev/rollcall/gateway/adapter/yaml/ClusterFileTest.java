package dev.rollcall.gateway.adapter.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterFileTest {

    @TempDir
    Path directory;

    @Test
    void shouldReadDefinitionsAndRememberTheLineOfEachField() throws IOException {
        ClusterFile file = file("""
                clusters:
                  pay:
                    name: Payments
                    defaults:
                      sqlPort: 2883
                    odps:
                      - host: 10.0.0.7
                        zone: z1
                      - {host: 10.0.0.8, sqlPort: 99999}
                  risk:
                    odps: []
                """);

        assertThat(file.definitions()).containsOnlyKeys("pay", "risk");
        assertThat(file.definitions().get("pay"))
                .hasToString(
                        "{\"name\":\"Payments\",\"defaults\":{\"sqlPort\":2883},\"odps\":[{\"host\":\"10.0.0.7\",\"zone\":\"z1\"},"
                                + "{\"host\":\"10.0.0.8\",\"sqlPort\":99999}]}");
        assertThat(file.line("pay", "odps[0].zone")).endsWith("clusters.yml:8");
        assertThat(file.line("pay", "odps[1].sqlPort")).endsWith("clusters.yml:9");
        assertThat(file.line("risk", "odps")).endsWith("clusters.yml:11");
    }

    @Test
    void shouldPointAtWhatEnclosesAFieldThatIsNotWritten() throws IOException {
        ClusterFile file = file("clusters:\n  pay:\n    odps:\n      - zone: z1\n");

        assertThat(file.line("pay", "odps[0].host")).endsWith(":4");
        assertThat(file.line("pay", "odps[0].ssh.user")).endsWith(":4");
        assertThat(file.line("pay", "nothing")).endsWith(":3");
    }

    @Test
    void shouldRememberTheLinesOfCommandsAndVariables() throws IOException {
        ClusterFile file = file("""
                clusters:
                  pay:
                    defaults:
                      ssh:
                        jump: ops@jump
                      environment:
                        TZ: UTC
                    odps:
                      - host: 10.0.0.7
                        launcher: command
                        startCommand:
                          - ./bin/start.sh
                          - --port
                        stopCommand: [./bin/stop.sh, "2883"]
                """);

        assertThat(file.line("pay", "defaults.ssh.jump")).endsWith(":5");
        assertThat(file.line("pay", "defaults.environment.TZ")).endsWith(":7");
        assertThat(file.line("pay", "odps[0].launcher")).endsWith(":10");
        assertThat(file.line("pay", "odps[0].startCommand[1]")).endsWith(":13");
        assertThat(file.line("pay", "odps[0].stopCommand[1]")).endsWith(":14");
        assertThat(file.definitions())
                .hasEntrySatisfying(
                        "pay",
                        definition -> assertThat(
                                        definition.at("/odps/0/stopCommand/1").stringValue())
                                .isEqualTo("2883"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    clusters:\\n  pay: [                          | :2: | expected
                    clusters:\\n  pay: {}\\nusers: {}             | :3: | unknown key 'users'
                    clusters:\\n  pay:\\n    name: a\\n    name: b | :4: | second time
                    clusters:\\n  pay: text                       | :2: | definition of cluster 'pay'
                    clusters: {}                                  | ''  | names no cluster
                    - a                                           | :1: | expected a mapping
                    clusters:\\n  pay: {odps: [{sqlPort: 0x10}]}  | :2: | not a decimal number
                    """)
    void shouldSayWhichLineIsWrong(String text, String line, String words) {
        assertThatThrownBy(() -> file(text.replace("\\n", "\n")))
                .isInstanceOf(ClusterFileException.class)
                .hasMessageContaining("clusters.yml" + line)
                .hasMessageContaining(words);
    }

    @Test
    void shouldSayThatTheFileIsMissingOrNotText() throws IOException {
        assertThatThrownBy(() -> ClusterFile.read(directory.resolve("none.yml")))
                .hasMessageContaining("no file");
        Path binary = Files.write(directory.resolve("clusters.yml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
        assertThatThrownBy(() -> ClusterFile.read(binary)).isInstanceOf(ClusterFileException.class);
    }

    private ClusterFile file(String text) throws IOException {
        return ClusterFile.read(Files.writeString(directory.resolve("clusters.yml"), text));
    }
}
