package dev.rollcall.agent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
    private static final String HOSTILE = "$(touch harm) `touch harm` '; touch harm; \" \\ * ~ ü";

    private static HostView host(String... lines) {
        List<String> all =
                new ArrayList<>(List.of("boot boot-1", "home /home/admin/obproxy", "etc ok", "binary missing"));
        all.addAll(List.of(lines));
        all.add("end");
        return HostReport.parse(all, 2883);
    }

    private static Launch launch(@Nullable String runAs, List<String> start, Map<String, String> environment) {
        return new Launch(runAs, start, List.of(), environment);
    }

    @Test
    void shouldKnowEveryLauncher() {
        for (Launcher.Kind kind : Launcher.Kind.values()) {
            String name = kind == Launcher.Kind.SYSTEMD ? "systemd:odp@1.service" : kind.word();

            assertThat(Launcher.of(name).orElseThrow().kind()).isEqualTo(kind);
        }
        assertThat(Launcher.of("systemd:odp@1.service").orElseThrow().unit()).isEqualTo("odp@1.service");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "OBD", "nohup", "systemd", "systemd:", "systemd:-x", "systemd:a b", "systemd:$(id)"})
    void shouldKnowNoOther(String name) {
        assertThat(Launcher.of(name)).isEmpty();
        assertThat(Blockers.ofStart(Samples.odp(name, Launch.PLAIN), host()))
                .anyMatch(reason -> reason.contains("The launcher '" + name + "' is not known"));
    }

    @Test
    void shouldWantTheBinaryOnlyWhereItIsStarted() {
        assertThat(Blockers.ofStart(Samples.odp("obd", Launch.PLAIN), host())).hasSize(1);
        assertThat(Blockers.ofStart(Samples.odp("command", Launch.PLAIN), host()))
                .isEmpty();
        assertThat(Blockers.ofStart(
                        Samples.odp("systemd:odp", Launch.PLAIN),
                        host("service LoadState=loaded", "service MainPID=0", "service Allowed=yes")))
                .isEmpty();
    }

    @Test
    void shouldLetAHotRestartUnderSystemdPassOnlyWhereNothingFollowsTheOldProcess() {
        String process = "proc 100 5000 S 1 777 0 obproxy";
        Odp odp = Samples.odp("systemd:odp", Launch.PLAIN);

        assertThat(hotBlockers(odp, host(process, "member 100", "service LoadState=loaded", "service MainPID=0")))
                .isEmpty();
        assertThat(hotBlockers(odp, host(process, "unit 100 odp", "service MainPID=100")))
                .singleElement()
                .asString()
                .contains("main process of the systemd unit odp");
        assertThat(hotBlockers(odp, host(process, "member 100", "service MainPID=77")))
                .singleElement()
                .asString()
                .contains("has process 77 as its main one");
    }

    private static List<String> hotBlockers(Odp odp, HostView host) {
        return Blockers.ofHotRestart(odp, host, host.process(100).orElseThrow(), Recorded.upgrade("idle"), true, null);
    }

    @Test
    void shouldSayWhatCannotBeWorkedWith() {
        assertThat(launch(null, List.of("./x", HOSTILE), Map.of("TZ", HOSTILE)).flaw())
                .isNull();
        assertThat(launch("a;b", List.of(), Map.of()).flaw()).contains("runAs");
        assertThat(launch(null, List.of(), Map.of("A;B", "x")).flaw()).contains("name");
        assertThat(launch(null, List.of(), Map.of("OBPROXY_INHERITED_FD", "3")).flaw())
                .contains("name");
        assertThat(launch(null, List.of("./x", "a\nb"), Map.of()).flaw()).contains("control");
        assertThat(launch(null, List.of("x".repeat(9000)), Map.of()).flaw()).contains("at most 8192");
        assertThat(Samples.odp("command", launch("a b", List.of(), Map.of())).flaw())
                .contains("runAs");
    }

    /** The preamble is put before a script that uses it, and a real shell reads both. */
    @Test
    void shouldHandCommandsAndEnvironmentToTheShellLiterally(@TempDir Path directory) throws Exception {
        Odp odp = Samples.odp(
                "command", launch(null, List.of("/usr/bin/printf", "<%s>", HOSTILE), Map.of("WORDS", HOSTILE)));
        Bootstrap bootstrap = Bootstrap.of(
                "rc_environment; printf '%s|' \"$WORDS\" \"$rc_launcher\" \"$rc_can_stop\"; rc_start_command\n",
                "n", "look", odp, List.of());

        assertThat(said(directory, bootstrap)).isEqualTo(HOSTILE + "|command||<./x>".replace("./x", HOSTILE));
        assertThat(directory.resolve("harm")).doesNotExist();
    }

    @Test
    void shouldBecomeTheOtherUserBySudoAndSayWhenItMayNot(@TempDir Path directory) throws Exception {
        Odp odp = Samples.odp("obproxy", launch("odp", List.of(), Map.of()));
        Bootstrap bootstrap = Bootstrap.of("printf 'as %s' \"$4\"\n", "n", "look", odp, List.of());
        Path sudo = directory.resolve("sudo");

        Files.writeString(sudo, "#!/bin/sh\n[ \"$1 $2 $3 $4\" = '-n -u odp --' ] && shift 4 && exec \"$@\"\n");
        assertThat(sudo.toFile().setExecutable(true)).isTrue();
        String allowed = said(directory, bootstrap);
        Files.writeString(sudo, "#!/bin/sh\nexit 1\n");
        String refused = said(directory, bootstrap);

        assertThat(allowed).isEqualTo("as /home/admin/obproxy");
        assertThat(refused.strip()).isEqualTo("n " + Bootstrap.SUDO_REFUSED);
    }

    private static String said(Path directory, Bootstrap bootstrap) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", bootstrap.command()).directory(directory.toFile());
        builder.environment().put("PATH", directory + ":/usr/bin:/bin");
        Process shell = builder.start();
        try (var input = shell.getOutputStream()) {
            input.write(bootstrap.input().getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        shell.waitFor();
        return said;
    }
}
