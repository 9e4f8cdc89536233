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

    private static final OdpSettings DEFAULTS =
            new OdpSettings("/home/admin/obproxy", null, null, null, "admin", null, "ops-key", "proxysys", null);

    private static OdpSettings ports(Integer sqlPort, Integer sshPort) {
        return new OdpSettings(null, sqlPort, null, null, null, sshPort, null, null, null);
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
                        new OdpSettings("/opt/odp", 2884, "10.1.0.8", "obd", "root", 2222, "k", "a", "p"))));

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
                                null),
                        new ClusterPlan.PlannedOdp(
                                new OdpId("b2"),
                                "10.0.0.8",
                                "z2",
                                2884,
                                "10.1.0.8",
                                "/opt/odp",
                                "obd",
                                "root",
                                2222,
                                "k",
                                "a",
                                "p"));
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
        OdpSettings settings = new OdpSettings(home, null, null, null, null, null, null, null, null);

        assertThat(faulty(form(DEFAULTS, new OdpEntry("h", null, null, settings))))
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
