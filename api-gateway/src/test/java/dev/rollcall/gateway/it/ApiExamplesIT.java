package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the examples of {@code docs/api.md} as they stand there, with the curl that people have. */
class ApiExamplesIT {

    private static final Path PAGE = Path.of("../docs/api.md");
    private static final Pattern EXAMPLE = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final int FEWEST = 9;

    @Test
    void shouldWorkAsThePageSays(@TempDir Path folder) throws IOException, InterruptedException {
        if (!hasCurl()) {
            assertThat(Boolean.getBoolean("rollcall.tests.required"))
                    .as("curl is required")
                    .isFalse();
            abort("There is no curl on this machine, so the examples of docs/api.md are not run.");
        }
        List<String> examples = EXAMPLE.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult example) -> example.group(1))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(FEWEST);
        try (HttpGateway gateway = HttpGateway.start(HttpGateway.user(0, "operator", "OBPROXY_MANAGER"))) {
            gateway.views().caughtUp();
            String address = "http://127.0.0.1:" + gateway.port();
            for (String example : examples) {
                ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", example)
                        .directory(folder.toFile())
                        .redirectErrorStream(true);
                shell.environment().put("ROLLCALL", address);
                shell.environment().put("ROLLCALL_USER", "operator:secret-operator");
                Process run = shell.start();
                String said = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(run.exitValue()).as("%s%nsaid: %s", example, said).isZero();
            }
        }
    }

    private static boolean hasCurl() throws InterruptedException {
        try {
            return new ProcessBuilder("curl", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
