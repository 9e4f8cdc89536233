package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rollcall.emulator.mysql.MySqlClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connection opened before a hot restart, and new ones, read from SHOW PROXYINFO UPGRADE of a real 4.3.1.0; {@code odp-observed.md} section 3. */
class RecordedHotRestartIT {

    private final EmulatedOdp odp;

    RecordedHotRestartIT(@TempDir Path home) throws IOException {
        this.odp =
                EmulatedOdp.install(home, Installations.quick().withRpcPort(0)).start();
    }

    @AfterEach
    void stop() throws IOException {
        odp.stop();
    }

    @Test
    void shouldTellOldAndNewConnectionsWhatTheRealOneTold() throws IOException {
        JsonNode recording = recording();
        List<String> expected = texts(recording.get("seen_on_a_connection_opened_before"));
        List<String> seen = new ArrayList<>();
        try (MySqlClient held = odp.admin()) {
            long old = held.answeringPid();
            seen.add(comparable(held.query("SHOW PROXYINFO UPGRADE").get(0).get(1)));
            // So that a poll on a busy machine does not miss the time without anybody who accepts.
            odp.fault(Fault.SLOW_START, Duration.ofSeconds(1), 1);
            held.query("ALTER PROXYCONFIG SET proxy_local_cmd=2");
            while (true) {
                String text =
                        comparable(held.query("SHOW PROXYINFO UPGRADE").get(0).get(1));
                assertThat(held.answeringPid()).isEqualTo(old);
                if (!seen.get(seen.size() - 1).equals(text)) {
                    seen.add(text);
                }
                Commands.pause();
            }
        } catch (IOException cutAtTheEndOfTheDrain) {
            // The moment in which the signal shows is short, and a slow poll misses it.
            expected.removeIf(text -> text.contains("received_sig:10") && !seen.contains(text));
            assertThat(seen).isEqualTo(expected);
        }
        List<String> fresh = texts(recording.get("seen_by_new_connections"));
        try (MySqlClient client = odp.admin()) {
            assertThat(comparable(client.query("SHOW PROXYINFO UPGRADE").get(0).get(1)))
                    .isEqualTo(fresh.get(fresh.size() - 1));
        }
    }

    /** The texts of a list of the recording, without those that repeat. */
    private static List<String> texts(JsonNode entries) {
        List<String> texts = new ArrayList<>();
        for (JsonNode entry : entries) {
            for (JsonNode value : entry) {
                if (value.asText().startsWith("{is_inited")) {
                    String text = comparable(value.asText());
                    if (texts.isEmpty() || !texts.get(texts.size() - 1).equals(text)) {
                        texts.add(text);
                    }
                }
            }
        }
        return texts;
    }

    /** Without what differs from one process to the next: whether a time, a pid or a descriptor is there stays, which one it is goes. */
    private static String comparable(String text) {
        return text.replaceFirst("argc:.*", "")
                .replaceAll("0x[0-9a-f]+", "0x")
                .replaceAll("127\\.0\\.0\\.\\d", "ip")
                .replaceAll("ip:\\d+", "ip:")
                .replaceAll("proxy_port:\\d+", "proxy_port:")
                .replaceAll("(fd|sub_pid):\\d+", "$1:n")
                .replaceAll("(_time|_timeout_at):[1-9]\\d*", "$1:t")
                .replaceAll("active_client_vc_count:-?\\d", "active_client_vc_count:");
    }

    private static JsonNode recording() throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(RecordedHotRestartIT.class.getResourceAsStream("/recorded-hot-restart.json"))) {
            return new ObjectMapper().readTree(stream);
        }
    }
}
