package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the host's script can be asked without a host: it is given files as the kernel writes them (cgroups(7)). */
class HostScriptTest {
    private static final long MB = 1024 * 1024;
    private static final String NO_LIMIT = "9223372036854771712";

    @TempDir
    Path root;

    private Path groups;

    @BeforeEach
    void listGroups() {
        groups = root.resolve("cgroup");
    }

    private void group(String path, Map<String, Object> files) throws IOException {
        Path directory = Files.createDirectories(root.resolve(path));
        for (Map.Entry<String, Object> file : files.entrySet()) {
            Files.writeString(directory.resolve(file.getKey()), file.getValue() + "\n");
        }
    }

    /** What is left by the groups listed in the file of this test, in kB as the script tells it. */
    private String room() throws Exception {
        String script;
        try (InputStream in = Objects.requireNonNull(OdpHost.class.getResourceAsStream("host.sh"))) {
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        // An argument that it does not take: it defines its functions, and does nothing.
        Process sh = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        script + "\nrc_group_room " + groups + " " + root + "; printf %s \"$rc_room\"",
                        "sh",
                        "nothing")
                .redirectErrorStream(true)
                .start();
        String said = new String(sh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(sh.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void shouldTellWhatTheTightestGroupLeaves() throws Exception {
        // given
        Files.writeString(groups, "0::/system.slice/obproxy.service\n");
        group(
                "system.slice/obproxy.service",
                Map.of("memory.max", 900 * MB, "memory.current", 500 * MB, "memory.stat", "anon 7\ninactive_file 0"));
        group(
                "system.slice",
                Map.of(
                        "memory.max",
                        2000 * MB,
                        "memory.current",
                        1900 * MB,
                        "memory.stat",
                        "anon 7\ninactive_file " + 30 * MB));

        // then: what it keeps of files counts as free
        assertThat(room()).isEqualTo(Long.toString(130 * 1024));
    }

    @Test
    void shouldTellWhatAGroupOfTheFirstVersionLeaves() throws Exception {
        // given
        Files.writeString(groups, "4:cpu,memory:/docker/abc\n3:cpuset:/\n1:name=systemd:/\n0::/\n");
        group(
                "memory/docker/abc",
                Map.of(
                        "memory.limit_in_bytes",
                        100 * MB,
                        "memory.usage_in_bytes",
                        80 * MB,
                        "memory.stat",
                        "inactive_file 1\ntotal_inactive_file " + 2 * MB));
        group("memory", Map.of("memory.limit_in_bytes", NO_LIMIT, "memory.usage_in_bytes", 9000 * MB));

        // then
        assertThat(room()).isEqualTo(Long.toString(22 * 1024));
    }

    @Test
    void shouldFindTheLimitOfAContainerThatKnowsItsGroupByTheNameOfTheHost() throws Exception {
        // given
        Files.writeString(groups, "0::/kubepods/pod1/abc\n");
        group("", Map.of("memory.max", 64 * MB, "memory.current", 60 * MB, "memory.stat", "anon 1"));

        // then
        assertThat(room()).isEqualTo(Long.toString(4 * 1024));
    }

    @Test
    void shouldTellNothingWhereNothingLimits() throws Exception {
        // given
        Files.writeString(groups, "0::/user.slice\n");
        group("user.slice", Map.of("memory.max", "max", "memory.current", 60 * MB));

        // then
        assertThat(room()).isEmpty();

        // given
        Files.delete(groups);

        // then
        assertThat(room()).isEmpty();
    }
}
