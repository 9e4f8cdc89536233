package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.standalone.app.StandaloneSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ReachOptionsTest {

    @TempDir
    private Path files;

    private static StandaloneSettings.Reach reach(String... arguments) {
        ReachOptions options = new ReachOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("reach", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs(arguments);
        return options.reach();
    }

    @Test
    void shouldBeReachedFromThisMachineOnlyWhenNothingIsSaid() {
        assertThat(reach()).isEqualTo(StandaloneSettings.Reach.LOOPBACK);
        assertThat(reach("--bind", "127.0.0.5").address()).isEqualTo("127.0.0.5");
        assertThat(reach("--bind", "::1").address()).isEqualTo("::1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void shouldRefuseToBeReachedFromElsewhereWithoutTls(String address) {
        assertThatThrownBy(() -> reach("--bind", address))
                .hasMessageContaining("--bind " + address)
                .hasMessageContaining("--tls-certificate")
                .hasMessageContaining("--allow-plain-http");
        assertThat(reach("--bind", address, "--allow-plain-http").address()).isEqualTo(address);
    }

    @Test
    void shouldWantCertificateAndKeyTogetherAndReadable() throws IOException {
        Path certificate = Files.writeString(files.resolve("c.pem"), "c");
        Path key = Files.writeString(files.resolve("k.pem"), "k");

        assertThatThrownBy(() -> reach("--tls-certificate", certificate.toString()))
                .hasMessageContaining("go together");
        assertThatThrownBy(() -> reach("--tls-certificate", certificate.toString(), "--tls-key", files + "/none"))
                .hasMessageContaining("cannot read");
        assertThat(reach("--bind", "0.0.0.0", "--tls-certificate", certificate.toString(), "--tls-key", key.toString()))
                .isEqualTo(new StandaloneSettings.Reach("0.0.0.0", certificate, key));
    }
}
