package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.standalone.TestCertificate;
import dev.rollcall.standalone.app.StandaloneSettings;
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
    void shouldWantACertificateAndItsKeyThatAServerCanUse() throws Exception {
        TestCertificate own = TestCertificate.in(files.resolve("own"));
        TestCertificate other = TestCertificate.in(files.resolve("other"));
        Path nothing = Files.writeString(files.resolve("nothing"), "-----BEGIN PRIVATE KEY-----\nsecret\n");

        assertThatThrownBy(() -> reach("--tls-certificate", own.certificate().toString()))
                .hasMessageContaining("go together");
        assertThatThrownBy(() -> tls(own.certificate(), files.resolve("none"))).hasMessageContaining("cannot read");
        assertThatThrownBy(() -> tls(nothing, own.key()))
                .hasMessageContaining("--tls-certificate")
                .hasMessageContaining("holds no certificate");
        assertThatThrownBy(() -> tls(own.certificate(), nothing))
                .hasMessageContaining("--tls-key")
                .hasMessageContaining("password protects")
                .message()
                .doesNotContain("secret");
        assertThatThrownBy(() -> tls(own.certificate(), other.key())).hasMessageContaining("is not the key of");
        assertThat(tls(own.certificate(), own.key()))
                .isEqualTo(new StandaloneSettings.Reach("0.0.0.0", own.certificate(), own.key()));
    }

    private static StandaloneSettings.Reach tls(Path certificate, Path key) {
        return reach("--bind", "0.0.0.0", "--tls-certificate", certificate.toString(), "--tls-key", key.toString());
    }
}
