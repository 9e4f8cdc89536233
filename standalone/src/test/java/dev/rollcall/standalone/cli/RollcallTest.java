package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.standalone.adapter.broker.DataDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** What a person hears who asks for something impossible: words, exit code 2, and nothing begun. */
class RollcallTest {

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"demo", "serve"})
    void shouldWriteNothingWhenAPortIsTaken(String command) throws IOException {
        Path data = temp.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Said said = run(command, "--data=" + data, "--port=" + taken.getLocalPort(), "--kafka-port=0");

            assertThat(said.code()).isEqualTo(2);
            assertThat(said.words()).contains("Port " + taken.getLocalPort(), "--port");
            assertThat(data).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port", "--kafka-port", "--registry-port"})
    void shouldSayWhichOptionIsNoPort(String option) {
        Path data = temp.resolve("data");

        List<String> arguments = new ArrayList<>(List.of("demo", "--data=" + data));
        for (String port : List.of("--port", "--kafka-port", "--registry-port")) {
            arguments.add(port + (port.equals(option) ? "=70000" : "=0"));
        }

        Said said = run(arguments.toArray(String[]::new));

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.words()).contains("70000 is no port", option).doesNotContain("details");
        assertThat(data).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "serve"})
    void shouldLeaveADirectoryAloneThatAnotherRollcallUses(String command) throws IOException {
        Path data = temp.resolve("data");
        try (DataDirectory taken = DataDirectory.take(data)) {
            Said said = run(command, "--data=" + data, "--port=0", "--kafka-port=0", "--registry-port=0");

            assertThat(said.code()).isEqualTo(2);
            assertThat(said.words()).contains(data.toString(), "in use by another running Rollcall", "--data");
            try (var files = Files.list(taken.path())) {
                assertThat(files).as("only the lock").hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "serve"})
    void shouldSayThatADirectoryCannotBeWritten(String command) throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "no directory");

        Said said = run(command, "--data=" + file, "--port=0", "--kafka-port=0", "--registry-port=0");

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.words()).contains("cannot keep its data in " + file, "--data");
    }

    @Test
    void shouldNameTheOdpOfAnEventOnce() {
        StringWriter words = new StringWriter();
        new Terminal(new PrintWriter(words))
                .event(JsonMapper.shared().readTree("""
                                        {"odp":"10.0.0.7:2883","at":"2026-01-01T00:00:02Z","message":"10.0.0.7:2883: restarted"}"""), Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(words.toString()).isEqualToIgnoringNewLines("    2.0 s  10.0.0.7:2883       restarted");
    }

    private record Said(int code, String words) {}

    private static Said run(String... arguments) {
        StringWriter err = new StringWriter();
        CommandLine command = Rollcall.commandLine().setErr(new PrintWriter(err));
        PrintStream terminal = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            Said said = new Said(command.execute(arguments), err.toString());
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .as("beside the message")
                    .isEmpty();
            return said;
        } finally {
            System.setOut(terminal);
        }
    }
}
