package dev.rollcall.standalone.adapter.hosts;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoHostsIT {

    @TempDir
    Path directory;

    @Test
    void shouldNotTakeAnotherProgramsPortForItsOwnOdp() throws IOException {
        EmulatedOdp odp = EmulatedOdp.install(
                directory.resolve("home"), OdpSettings.defaults().withCache(directory.resolve("cache")));
        assertThatCode(() -> DemoHosts.requireFree(odp)).doesNotThrowAnyException();

        try (ServerSocket other = new ServerSocket()) {
            other.bind(odp.address());

            assertThatThrownBy(() -> DemoHosts.requireFree(odp))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(odp.address() + " is held by another program")
                    .hasMessageContaining("--data");
        }
    }
}
