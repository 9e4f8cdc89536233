package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.rollcall.gateway.app.Views;
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
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

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
        try (ConfigurableApplicationContext gateway = new SpringApplicationBuilder(HttpOnly.class)
                .web(WebApplicationType.REACTIVE)
                .run(
                        "--spring.config.name=api-gateway",
                        "--server.port=0",
                        "--rollcall.gateway.users[0].name=operator",
                        "--rollcall.gateway.users[0].password=" + new BCryptPasswordEncoder(4).encode("secret"),
                        "--rollcall.gateway.users[0].roles=OBPROXY_MANAGER")) {
            gateway.getBean(Views.class).caughtUp();
            var server = ((ReactiveWebServerApplicationContext) gateway).getWebServer();
            String address = "http://127.0.0.1:" + (server == null ? 0 : server.getPort());
            for (String example : examples) {
                ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", example)
                        .directory(folder.toFile())
                        .redirectErrorStream(true);
                shell.environment().put("ROLLCALL", address);
                shell.environment().put("ROLLCALL_USER", "operator:secret");
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
