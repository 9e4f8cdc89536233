package dev.rollcall.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.domain.ClusterForm.OdpEntry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterFormTest {

    private static final OdpSettings DEFAULTS = settings("/home/admin/obproxy", null, null, "admin", "ops-key");

    private static OdpSettings settings(
            @Nullable String home,
            @Nullable Integer sqlPort,
            @Nullable Integer sshPort,
            @Nullable String user,
            @Nullable String key) {
        String admin = user == null ? null : "proxysys";
        return new OdpSettings(
                home, sqlPort, null, null, user, sshPort, key, admin, null, null, null, null, null, null);
    }

    private static OdpSettings ports(Integer sqlPort, Integer sshPort) {
        return settings(null, sqlPort, sshPort, null, null);
    }

    private static OdpSettings launch(
            @Nullable String launcher,
            @Nullable String jump,
            @Nullable String runAs,
            @Nullable List<String> start,
            @Nullable Map<String, String> environment) {
        return new OdpSettings(
                null, null, null, launcher, null, null, null, null, null, jump, runAs, start, null, environment);
    }

    private static OdpEntry entry(OdpSettings settings) {
        return new OdpEntry("h", null, null, settings);
    }

    private static OdpEntry odp(@Nullable String host, @Nullable String id) {
        return new OdpEntry(host, null, id, OdpSettings.NONE);
    }

    private static ClusterForm form(OdpSettings defaults, OdpEntry... odps) {
        return new ClusterForm("Payments", null, null, defaults, Arrays.asList(odps));
    }

    private static ClusterPlan valid(ClusterForm form) {
        assertThat(faulty(form)).isEmpty();
        return ((Checked.Valid<ClusterPlan>) form.check()).value();
    }

    private static List<String> faulty(ClusterForm form) {
        return form.check() instanceof Checked.Invalid<ClusterPlan> invalid
                ? invalid.faults().stream().map(Fault::field).toList()
                : List.of();
    }

    @Test
    void shouldFillInDefaults() {
        ClusterPlan plan = valid(form(
                DEFAULTS,
                odp("10.0.0.7", null),
                new OdpEntry(
                        "10.0.0.8",
                        "z2",
                        "b2",
                        new OdpSettings(
                                "/opt/odp",
                                2884,
                                "10.1.0.8",
                                "command",
                                "root",
                                2222,
                                "k",
                                "a",
                                "p",
                                "ops@jump:2022,[fd00::1]",
                                "odp",
                                List.of("./bin/start.sh", "a b"),
                                List.of("/usr/bin/stop"),
                                Map.of("TZ", "UTC")))));

        assertThat(plan.odps())
                .containsExactly(
                        new ClusterPlan.PlannedOdp(
                                new OdpId("10.0.0.7:2883"),
                                "10.0.0.7",
                                "",
                                2883,
                                null,
                                "/home/admin/obproxy",
                                "obproxy",
                                "admin",
                                22,
                                "ops-key",
                                "proxysys",
                                null,
                                null,
                                null,
                                List.of(),
                                List.of(),
                                Map.of()),
                        new ClusterPlan.PlannedOdp(
                                new OdpId("b2"),
                                "10.0.0.8",
                                "z2",
                                2884,
                                "10.1.0.8",
                                "/opt/odp",
                                "command",
                                "root",
                                2222,
                                "k",
                                "a",
                                "p",
                                "ops@jump:2022,[fd00::1]",
                                "odp",
                                List.of("./bin/start.sh", "a b"),
                                List.of("/usr/bin/stop"),
                                Map.of("TZ", "UTC")));
    }

    @Test
    void shouldPutAnIpv6AddressIntoBrackets() {
        assertThat(valid(form(DEFAULTS, odp("fd00::7", null))).odps().get(0).id())
                .isEqualTo(new OdpId("[fd00::7]:2883"));
    }

    @Test
    void shouldNameEveryFieldThatIsMissing() {
        assertThat(faulty(form(OdpSettings.NONE, odp(null, null))))
                .containsExactlyInAnyOrder(
                        "odps[0].host",
                        "odps[0].home",
                        "odps[0].ssh.user",
                        "odps[0].ssh.credential",
                        "odps[0].adminCredential");
        assertThat(faulty(new ClusterForm(null, null, null, DEFAULTS, null))).containsExactly("odps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "-oProxyCommand=x", "a;b", "a\nb", "$(x)", "x/y", "host:22", "a@b"})
    void shouldRefuseAHostThatIsNone(String host) {
        assertThat(faulty(form(DEFAULTS, odp(host, "x")))).containsExactly("odps[0].host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"odp", "./odp", "", "/a\nb"})
    void shouldRefuseAHomeThatIsNoAbsolutePath(String home) {
        assertThat(faulty(form(DEFAULTS, entry(settings(home, null, null, null, null)))))
                .containsExactly("odps[0].home");
    }

    @Test
    void shouldRefuseTheSameOdpTwice() {
        assertThat(faulty(form(DEFAULTS, odp("h", "a"), odp("h", "b"), odp("i", "a"))))
                .containsExactly("odps[1].host", "odps[2].id");
    }

    @Test
    void shouldTellHostsBehindOneAddressApartByTheirSshPorts() {
        ClusterForm form = form(
                DEFAULTS,
                new OdpEntry("h", null, "a", ports(2883, 2201)),
                new OdpEntry("h", null, "b", ports(2883, 2202)));

        assertThat(valid(form).odps()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65_536})
    void shouldRefusePortsThatAreNone(int port) {
        assertThat(faulty(form(DEFAULTS, new OdpEntry("h", null, "a", ports(port, port)))))
                .containsExactlyInAnyOrder("odps[0].sqlPort", "odps[0].ssh.port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"obproxy", "obd", "obshell", "rpm", "systemd:obproxy.service", "systemd:odp@2883"})
    void shouldTakeEveryLauncherThereIs(String launcher) {
        OdpSettings settings = launch(launcher, null, null, null, null);

        assertThat(valid(form(DEFAULTS, entry(settings))).odps().get(0).launcher())
                .isEqualTo(launcher);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nohup",
                "sh -c id",
                "systemd",
                "systemd:",
                "systemd:-x",
                "systemd:a b",
                "systemd:../x",
                "OBD"
            })
    void shouldRefuseALauncherThatIsNone(String launcher) {
        OdpSettings settings = launch(launcher, null, null, null, null);

        assertThat(faulty(form(DEFAULTS, entry(settings)))).containsExactly("odps[0].launcher");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-oProxyCommand=x", "a;b", "fd00::1", "a:0", "a,", "a@b@c", "a,b,c,d,e"})
    void shouldRefuseJumpHostsThatAreNone(String jump) {
        assertThat(faulty(form(DEFAULTS, entry(launch(null, jump, null, null, null)))))
                .containsExactly("odps[0].ssh.jump");
    }

    @Test
    void shouldRefuseCommandsThatAreNone() {
        List<String> tooMany = java.util.Collections.nCopies(33, "./x");

        assertThat(faulty(form(DEFAULTS, entry(launch("command", null, null, null, null)))))
                .containsExactly("odps[0].startCommand");
        assertThat(faulty(form(DEFAULTS, entry(launch("obd", null, null, List.of("./x"), null)))))
                .containsExactly("odps[0].startCommand");
        assertThat(faulty(form(DEFAULTS, entry(launch("command", null, null, List.of("sh", "-c\n"), null)))))
                .containsExactly("odps[0].startCommand[0]", "odps[0].startCommand[1]");
        assertThat(faulty(form(DEFAULTS, entry(launch("command", null, "-u", tooMany, null)))))
                .containsExactlyInAnyOrder("odps[0].startCommand", "odps[0].runAs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "A B", "A=B", "1A", "A$(id)", "OBPROXY_INHERITED_FD", "observer_sys_password", "API_TOKEN"})
    void shouldRefuseAVariableThatCannotBeOrMustNotBe(String name) {
        assertThat(faulty(form(DEFAULTS, entry(launch(null, null, null, null, Map.of(name, "x"))))))
                .containsExactly("odps[0].environment." + name);
    }

    @Test
    void shouldBoundCommandsAndEnvironmentTogether() {
        List<String> long1000 = java.util.Collections.nCopies(8, "./" + "x".repeat(1_000));

        assertThat(faulty(form(DEFAULTS, entry(launch("command", null, null, long1000, Map.of("A", "b"))))))
                .isEmpty();
        assertThat(faulty(form(DEFAULTS, entry(launch("command", null, null, long1000, Map.of("A", "b".repeat(200)))))))
                .containsExactly("odps[0].environment");
    }

    @Test
    void shouldTakeTheEnvironmentVariableByVariable() {
        OdpSettings defaults =
                launch(null, null, null, null, Map.of("TZ", "UTC", "LANG", "C")).over(DEFAULTS);

        ClusterPlan plan = valid(form(defaults, entry(launch(null, null, null, null, Map.of("TZ", "CET")))));

        assertThat(plan.odps().get(0).environment()).isEqualTo(Map.of("TZ", "CET", "LANG", "C"));
    }

    @Test
    void shouldTellOnceWhatIsWrongInTheDefaults() {
        OdpSettings defaults =
                launch("nohup", "a b", "-x", null, Map.of("A", "a\nb")).over(DEFAULTS);

        assertThat(faulty(form(defaults, odp("h", null), odp("i", null))))
                .containsExactlyInAnyOrder(
                        "defaults.launcher", "defaults.ssh.jump", "defaults.runAs", "defaults.environment.A");
    }

    @Test
    void shouldRefuseBadLabelsNamesAndIds() {
        ClusterForm form = new ClusterForm(
                "x".repeat(129), "a\0b", Map.of("bad key", "v", "env", "a\nb"), DEFAULTS, List.of(odp("h", "a b")));

        assertThat(faulty(form)).containsExactlyInAnyOrder("name", "description", "labels", "labels.env", "odps[0].id");
    }

    @Test
    void shouldRefuseAClusterThatIsTooLarge() {
        OdpEntry[] many = new OdpEntry[ClusterForm.MOST_ODPS + 1];
        Arrays.fill(many, odp("h", null));

        assertThat(faulty(form(DEFAULTS, many))).containsExactly("odps");
    }
}
