package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "'",
                "''",
                "a'b\"c`d$e\\f",
                "$(touch /tmp/x)",
                "`id`",
                "; rm -rf /",
                "-n",
                "a\nb",
                "!history",
                "*?[a-z]{1,2}~",
                "#comment",
                "'; exit 1; '",
                "\\'",
                "ünï"
            })
    void shouldReachTheShellLiterallyWhateverTheWord(String word) throws IOException, InterruptedException {
        String script = ShellWords.positional(List.of(word, "end")) + "\nprintf '%s|%s|%s' \"$1\" \"$2\" \"$3\"\n";

        Process sh = new ProcessBuilder("/bin/sh").redirectErrorStream(true).start();
        try (var in = sh.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(sh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(sh.waitFor()).isZero();
        assertThat(said).isEqualTo("3|" + word + "|end");
    }

    @Test
    void shouldRefuseNul() {
        assertThatThrownBy(() -> ShellWords.quote("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepEverythingOfADefinitionOffTheCommandLine() {
        Odp hostile = new Odp(
                new ClusterId("c"),
                new OdpId("o"),
                "h",
                22,
                "u",
                "k",
                2883,
                null,
                "/x'; touch /tmp/y; '",
                "obproxy",
                "p",
                null);

        Bootstrap bootstrap = Bootstrap.of("echo\n", "n", "look", hostile, List.of("$(id)"));

        assertThat(bootstrap.command()).matches("exec /bin/sh -c '[a-z_=$(\\-0-9 );\"]*'");
        assertThat(bootstrap.input()).endsWith("\necho\n");
    }
}
