package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.HostReport;
import dev.rollcall.agent.domain.HostView;
import dev.rollcall.agent.domain.Launch;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever may change definitions could run anything on the hosts, unless the agent's own settings decide. */
class CustomCommandsTest {
    private static final RemoteShell NO_SHELL = (odp, bootstrap, alone) -> {
        throw new AssertionError("no host is asked");
    };
    private static final HostView HOST =
            HostReport.parse(List.of("boot b", "home /home/admin/obproxy", "etc ok", "binary ok", "end"), 2883);

    private static Odp odp(String launcher) {
        return new Odp(
                new ClusterId("pay"),
                new OdpId("o"),
                "10.0.0.7",
                22,
                "admin",
                "ops",
                2883,
                null,
                "/home/admin/obproxy",
                launcher,
                "proxysys",
                null,
                null,
                new Launch(null, List.of("./start"), List.of(), Map.of()));
    }

    @Test
    void shouldExecuteNoCommandOfADefinitionUnlessTheAgentIsSetTo() {
        assertThat(new OdpHost(NO_SHELL, false).startBlockers(odp("command"), HOST))
                .singleElement()
                .asString()
                .contains("rollcall.agent.custom-commands: true");
        assertThat(new OdpHost(NO_SHELL, true).startBlockers(odp("command"), HOST))
                .isEmpty();
        assertThat(new OdpHost(NO_SHELL, false).startBlockers(odp("obproxy"), HOST))
                .isEmpty();
    }
}
