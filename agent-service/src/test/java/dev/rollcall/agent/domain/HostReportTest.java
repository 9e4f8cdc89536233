package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostReportTest {
    private static final List<String> DRAINING = List.of(
            "boot 6961d7da-403b-4aa8-a5e4-e6609669ebfd",
            "home /home/admin/obproxy",
            "btime 1795400135",
            "hz 100",
            "listen 0201007F 666 0",
            "listen 0100007F 777 0",
            "me 1000",
            "proc 100 5000 S 1 777 0 obproxy",
            "parent 100 systemd",
            "proc 200 9000 S 100 777 0 obproxy",
            "parent 200 obproxy",
            "root 200 /data/odp root",
            "proc 300 9100 R 1 0 1 obproxy",
            "etc ok",
            "binary ok",
            "J J1 fence cluster=pay epoch=5 task=t ;",
            "J ",
            "end");

    @Test
    void shouldTellHoldersFromOtherOdpsOfTheSameHome() {
        HostView view = HostReport.parse(DRAINING, 2883);

        assertThat(view.holders()).extracting(HostView.HostProcess::pid).containsExactly(200L, 100L);
        assertThat(view.running()).extracting(HostView.HostProcess::pid).containsExactly(200L, 100L);
        assertThat(view.process(200).orElseThrow().odpRoot()).isEqualTo("/data/odp root");
        assertThat(view.journal().fence().orElseThrow().epoch()).isEqualTo(5);
        assertThat(view.etcFlaw()).isNull();
        ProcessIdentity identity = view.identity(view.holders().get(0));
        assertThat(identity.listenAddress()).isEqualTo("127.0.0.1");
        assertThat(identity.startedAt()).isEqualTo(Instant.ofEpochSecond(1795400135L + 90));
        assertThat(view.lives(new JournalEntry.Meant(view.bootId(), 100, 5000))).isTrue();
        assertThat(view.lives(new JournalEntry.Meant(view.bootId(), 100, 5001))).isFalse();
    }

    @Test
    void shouldCountAProcessThatHoldsNoPortYetAsRunning() {
        List<String> starting = new ArrayList<>(DRAINING);
        starting.removeIf(l -> l.startsWith("proc") || l.startsWith("listen"));
        starting.add(0, "proc 400 9900 R 1 0 0 obproxy");

        assertThat(HostReport.parse(starting, 2883).running())
                .extracting(HostView.HostProcess::pid)
                .containsExactly(400L);
    }

    @Test
    void shouldTakeItsOwnSocketFromAnotherOdpOnTheSamePort() {
        assertThat(HostReport.parse(DRAINING, 2883).ownAddress()).contains("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        // hex address, its user, the script's user, host as defined, in the way?
        "0201007F, 1000, 1000, odp7, false",
        "0201007F, 1000, 1000, 127.0.1.2, true",
        "00000000, 1000, 1000, odp7, true",
        "0201007F, 1001, 1000, odp7, true",
        "0201007F, 1001, 0, odp7, false"
    })
    void shouldSeeWhoIsInTheWayOfAnOdpThatDoesNotRun(String hex, long user, long me, String host, boolean inTheWay) {
        List<String> stopped = new ArrayList<>(DRAINING);
        stopped.removeIf(l -> l.startsWith("proc") || l.startsWith("listen") || l.startsWith("me"));
        stopped.addAll(0, List.of("listen " + hex + " 666 " + user, "me " + me));

        assertThat(HostReport.parse(stopped, 2883).inTheWay(host).isPresent()).isEqualTo(inTheWay);
    }

    @Test
    void shouldRefuseAReportThatIsCutShortOrGarbled() {
        assertThatThrownBy(() -> HostReport.parse(DRAINING.subList(0, DRAINING.size() - 1), 2883))
                .hasMessageContaining("ends after");
        List<String> garbled = new ArrayList<>(DRAINING);
        garbled.set(7, "proc 100 x S 1 777 0 obproxy");
        assertThatThrownBy(() -> HostReport.parse(garbled, 2883)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldReadAddressesOfBothFamilies() {
        assertThat(SocketTable.address("0100007F")).isEqualTo("127.0.0.1");
        assertThat(SocketTable.address("0A01A8C0")).isEqualTo("192.168.1.10");
        assertThat(SocketTable.address("00000000000000000000000001000000")).isEqualTo("::1");
        assertThat(SocketTable.address("00000000000000000000000000000000")).isEqualTo("::");
        assertThat(SocketTable.address("B80D0120000000000000000001000000")).isEqualTo("2001:db8::1");
        assertThat(SocketTable.address("0000000000000000FFFF00000100007F")).isEqualTo("127.0.0.1");
        assertThat(SocketTable.same("::1", "0:0:0:0:0:0:0:1")).isTrue();
        assertThat(SocketTable.same("::1", "::2")).isFalse();
        assertThat(SocketTable.same("::1", "localhost")).isFalse();
        assertThat(SocketTable.reachable("0.0.0.0")).isEqualTo("127.0.0.1");
        assertThat(SocketTable.reachable("0:0:0:0:0:0:0:0")).isEqualTo("::1");
        assertThat(SocketTable.reachable("10.1.2.3")).isEqualTo("10.1.2.3");
    }

    @Test
    void shouldNameWhatMakesARestartUnsafe() {
        List<String> unsafe = new ArrayList<>(DRAINING);
        unsafe.set(8, "parent 100 bash");
        unsafe.set(7, "proc 100 5000 S 77 777 0 obproxy");
        unsafe.removeIf(l -> l.startsWith("proc 200") || l.startsWith("etc") || l.startsWith("binary"));
        unsafe.addAll(
                0,
                List.of(
                        "watchdog obd 55 4000 S 1",
                        "unit 100 obproxy.service",
                        "missing flock",
                        "etc unwritable",
                        "binary missing"));
        HostView view = HostReport.parse(unsafe, 2883);
        HostView.HostProcess serving = view.process(100).orElseThrow();

        assertThat(Blockers.ofHotRestart(
                        Samples.ODP,
                        view,
                        serving,
                        Recorded.upgrade("forked"),
                        false,
                        new ChildCheck(null, "no version")))
                .hasSize(7)
                .anyMatch(r -> r.contains("flock"))
                .anyMatch(r -> r.contains("etc is unwritable"))
                .anyMatch(r -> r.contains("obproxyd.sh of obd (pid 55)") && r.contains("define the launcher obd"))
                .anyMatch(r -> r.contains("obproxy.service"))
                .anyMatch(r -> r.contains("proxy_local_cmd"))
                .anyMatch(r -> r.contains("going on"))
                .contains("No version");
        assertThat(Blockers.ofStart(Samples.ODP, view))
                .anyMatch(r -> r.contains("bin/obproxy"))
                .anyMatch(r -> r.contains("obproxy.service"));
    }

    @Test
    void shouldAcceptAPlainOdp() {
        HostView view = HostReport.parse(DRAINING, 2883);

        assertThat(Blockers.ofHotRestart(
                        Samples.ODP,
                        view,
                        view.process(200).orElseThrow(),
                        Recorded.upgrade("successor"),
                        true,
                        new ChildCheck("4.3.1.0", null)))
                .isEmpty();
        assertThat(Blockers.ofStart(Samples.ODP, view)).isEmpty();
    }

    @Test
    void shouldTakeNothingForMissingThatAShortLookLeftOut() {
        List<String> shortLook = new ArrayList<>(DRAINING);
        shortLook.removeIf(l -> l.startsWith("etc") || l.startsWith("binary"));

        assertThat(Blockers.ofStart(Samples.ODP, HostReport.parse(shortLook, 2883)))
                .isEmpty();
    }

    @Test
    void shouldSayWhyASuccessorCannotStart() {
        List<String> good = List.of(
                "V obproxy (OceanBase 4.3.1.0 1.el7)", "rc 0", "free 900000", "used 80000", "disk 9000000", "end");
        assertThat(ChildCheck.parse("./bin/obproxy", good)).isEqualTo(new ChildCheck("4.3.1.0", null));
        assertThat(ChildCheck.parse("./bin/obproxy", List.of("V not found", "rc 127", "end"))
                        .flaw())
                .contains("not found");
        assertThat(ChildCheck.parse(
                                "x",
                                List.of(
                                        "V (OceanBase 4.3.1.0 1)",
                                        "rc 0",
                                        "free 100",
                                        "used 80000",
                                        "disk 9000000",
                                        "end"))
                        .flaw())
                .contains("memory");
        assertThat(ChildCheck.parse(
                                "x",
                                List.of("V (OceanBase 4.3.1.0 1)", "rc 0", "free 100000", "used 800", "disk 90", "end"))
                        .flaw())
                .contains("disk");
        assertThat(ChildCheck.parse("x", good.subList(0, 3)).flaw()).contains("cut short");
        assertThat(childFlaw("V (OceanBase 4.3.1.0 1)", "free 900000", "used 80000", "room 70000"))
                .contains("control group", "68 MB", "78 MB");
        assertThat(childFlaw("V (OceanBase 4.3.1.0 1)", "inodes 3")).contains("room for 3 more files");
        assertThat(childFlaw("V cannot open shared object", "library /odp/lib"))
                .contains("it needs LD_LIBRARY_PATH=/odp/lib");
        assertThat(childFlaw("V (OceanBase 4.3.1.0 1)", "dir closed log")).contains("directory log cannot be");
        assertThat(childFlaw("V (OceanBase 4.3.1.0 1)", "dir other etc")).contains("etc is no directory");
        assertThat(childFlaw("V (OceanBase 4.3.1.0 1)", "dir missing log")).contains("could not make one");
    }

    /** By the version on disk, which need not be that of the process that runs. */
    @ParameterizedTest
    @CsvSource({
        "4.3.1.0, proxyconfig_v1.db, sqlite, ''",
        "4.3.1.0, proxyconfig_v1.db, other, is damaged",
        "4.3.1.0, proxyconfig_v1.db, missing, is missing",
        "4.3.1.0, proxyconfig_v1.db, empty, is empty",
        "4.3.1.0, proxyconfig_v1.db, closed, cannot be read and written",
        "4.3.1.0, obproxy_config.bin, missing, ''",
        "4.2.3.0, obproxy_config.bin, missing, is missing",
        "4.2.3.0, obproxy_config.bin, other, ''",
        "4.2.3.0, proxyconfig_v1.db, missing, ''",
        "4.3.0.0, proxyconfig_v1.db, missing, ''"
    })
    void shouldLookAtTheFileThatASuccessorTakesItsSettingsFrom(String version, String file, String state, String flaw) {
        String found = childFlaw("V (OceanBase " + version + " 1)", "config " + state + " " + file);

        assertThat(found).contains(flaw);
        assertThat(found.isEmpty()).isEqualTo(flaw.isEmpty());
    }

    private static String childFlaw(String... lines) {
        List<String> whole = new ArrayList<>(List.of(lines));
        whole.add("end");
        return Objects.requireNonNullElse(
                ChildCheck.parse("./bin/obproxy", whole).flaw(), "");
    }
}
