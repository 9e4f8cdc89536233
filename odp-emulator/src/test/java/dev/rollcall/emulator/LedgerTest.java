package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.emulator.LedgerEntry.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {

    private final Path home;

    LedgerTest(@TempDir Path home) {
        this.home = home;
    }

    @Test
    void shouldReadBackWhatWasAppended() throws IOException {
        LedgerEntry entry = entry(7, Event.STOPPED, "odd \"why\" with \\ in it");
        Ledger.append(home, entry);

        assertThat(Ledger.read(home).entries()).containsExactly(entry);
    }

    @Test
    void shouldCountRestartsByProcess() throws IOException {
        Ledger.append(home, entry(7, Event.SERVING, "cold start"));
        Ledger.append(home, entry(7, Event.HOT_RESTART_COMMITTED, "x"));
        Ledger.append(home, entry(8, Event.SERVING, "inherited"));
        Ledger.append(home, entry(9, Event.STARTED, "cold start"));

        Ledger ledger = Ledger.read(home);

        assertThat(ledger.restarts()).isEqualTo(1);
        assertThat(ledger.hotRestarts()).isEqualTo(1);
        assertThat(ledger.coldStarts()).isEqualTo(1);
    }

    @Test
    void shouldCountCommandsAndReadLinesOfBeforeTheyNamedAnybody() throws IOException {
        Ledger.append(home, entry(7, Event.COMMANDED, "proxy_local_cmd=2"));
        Ledger.append(home, entry(7, Event.COMMANDED, "proxy_local_cmd=1"));
        Path file = home.resolve(Ledger.FILE);
        Files.writeString(file, Files.readString(file).replaceFirst(",\"by\":\"bash 42\"", ""));

        Ledger ledger = Ledger.read(home);

        assertThat(ledger.commands(2)).isEqualTo(1);
        assertThat(ledger.entries()).extracting(LedgerEntry::by).containsExactly("", "bash 42");
    }

    @Test
    void shouldBeEmptyBeforeFirstStart() throws IOException {
        assertThat(Ledger.read(home).entries()).isEmpty();
        assertThat(Ledger.read(home).restarts()).isZero();
    }

    @Test
    void shouldLeaveOutHalfALineButNotAForeignOne() throws IOException {
        Ledger.append(home, entry(7, Event.SERVING, "cold start"));
        Files.writeString(home.resolve(Ledger.FILE), "{\"at\":\"20", StandardOpenOption.APPEND);
        assertThat(Ledger.read(home).entries()).hasSize(1);

        Files.writeString(home.resolve(Ledger.FILE), "foreign\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> Ledger.read(home)).hasMessageContaining("foreign");
    }

    private static LedgerEntry entry(long pid, Event event, String why) {
        return new LedgerEntry(
                Instant.parse("2026-01-02T03:04:05.678Z"), pid, 100 + pid, event, why, 1, 0, 2, "bash 42");
    }
}
