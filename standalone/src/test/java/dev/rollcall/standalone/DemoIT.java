package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.emulator.Ledger;
import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.emulator.TrafficClient;
import dev.rollcall.emulator.TrafficReport;
import dev.rollcall.standalone.adapter.hosts.DemoLayout.Place;
import dev.rollcall.standalone.adapter.http.GatewayClient;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The main job, as a person sees it: one command, real processes, and the ODPs' own ledgers as the judge. */
@Execution(ExecutionMode.CONCURRENT)
class DemoIT {

    private static final Duration PATIENCE = Duration.ofSeconds(300);

    @TempDir
    Path data;

    @Test
    void shouldRestartEveryOdpOnceAndRefuseNoNewConnection() throws Exception {
        try (DemoProcess demo = DemoProcess.start(data)) {
            URI address = demo.address();
            assertThat(demo.lines()).anyMatch(line -> line.matches("COMPLETED 6/6 restarted in \\d+ s"));
            assertRestartedHot(demo, 1);

            // The demo's own restart waits for nobody; this one is asked for when the clients are there.
            GatewayClient gateway = new GatewayClient(address, "operator", DemoProcess.PASSWORD);
            List<InetSocketAddress> addresses = demo.ledgers("demo").keySet().stream()
                    .map(place -> new InetSocketAddress(place.host().address(), place.sqlPort()))
                    .toList();
            String task;
            try (TrafficClient traffic = TrafficClient.start(
                    addresses, TrafficClient.Login.business("democluster"), TrafficClient.Pattern.usual())) {
                Awaitility.await("clients are answered")
                        .atMost(Duration.ofSeconds(60))
                        .until(() -> traffic.report().heldAnswers() > 0);
                task = gateway.restart(
                                "demo",
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .put("mode", "RESTART")
                                        .put("hotUpgradeExitTimeout", "PT3S")
                                        .put("reason", "under traffic"))
                        .path("id")
                        .asString();
                Awaitility.await("all ODPs were restarted")
                        .atMost(PATIENCE)
                        .until(() -> everyOdp(demo, Event.HOT_RESTART_COMMITTED, 2));
                TrafficReport report = traffic.report();

                assertThat(report.connections()).as("new connections").isPositive();
                assertThat(report.refused())
                        .as("refused new connections: %s", report)
                        .isZero();
                assertThat(report.reset())
                        .as("reset new connections: %s", report)
                        .isZero();
            }
            Awaitility.await("the task is completed")
                    .atMost(PATIENCE)
                    .until(() -> gateway.task(task).path("state").asString(""), "COMPLETED"::equals);
            assertRestartedHot(demo, 2);
        }
    }

    private static void assertRestartedHot(DemoProcess demo, int times) {
        assertThat(demo.ledgers("demo").values()).hasSize(6).allSatisfy(ledger -> {
            assertThat(ledger.hotRestarts()).isEqualTo(times);
            assertThat(ledger.coldStarts()).isEqualTo(1);
            assertThat(ledger.served()).hasSize(times + 1).doesNotHaveDuplicates();
        });
    }

    @Test
    void shouldStopAllBeforeStartingAllInAForceRestart() throws Exception {
        try (DemoProcess demo = DemoProcess.start(data, "--once", "--mode", "FORCE_RESTART")) {
            assertThat(demo.exitCode()).as(String.join("\n", demo.lines())).isZero();
            assertThat(demo.lines()).anyMatch(line -> line.matches("COMPLETED 6/6 restarted in \\d+ s"));

            Map<Place, Ledger> ledgers = demo.ledgers("demo");
            assertThat(ledgers.values())
                    .allSatisfy(ledger -> assertThat(ledger.coldStarts()).isEqualTo(2));
            Instant lastStop = ledgers.values().stream()
                    .map(ledger -> ledger.entries(Event.STOPPED).get(0).at())
                    .max(Instant::compareTo)
                    .orElseThrow();
            Instant firstStart = ledgers.values().stream()
                    .map(ledger -> ledger.entries(Event.STARTED).get(1).at())
                    .min(Instant::compareTo)
                    .orElseThrow();
            assertThat(firstStart).as("no ODP starts before all are stopped").isAfter(lastStop);
        }
    }

    @Test
    void shouldFinishARollingRestartThatWasKilledInTheMiddle() throws Exception {
        try (DemoProcess first = DemoProcess.start(data)) {
            Awaitility.await("some ODPs are restarted, others not")
                    .atMost(Duration.ofSeconds(120))
                    .until(() -> committed(first) >= 2);
            first.kill();
        }
        try (DemoProcess second = DemoProcess.start(data, "--once")) {
            assertThat(second.exitCode()).as(String.join("\n", second.lines())).isZero();
            assertThat(second.lines()).anyMatch(line -> line.contains("Going on with task"));
            assertThat(second.ledgers("demo").values()).allSatisfy(ledger -> {
                assertThat(ledger.hotRestarts()).isEqualTo(1);
                assertThat(ledger.coldStarts()).isEqualTo(1);
            });
        }
    }

    @Test
    void shouldLeaveNoOdpStoppedWhenAForceRestartWasKilledInTheMiddle() throws Exception {
        try (DemoProcess first = DemoProcess.start(data, "--mode", "FORCE_RESTART")) {
            Awaitility.await("some ODPs are stopped")
                    .atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> stopped(first) >= 1);
            first.kill();
        }
        try (DemoProcess second = DemoProcess.start(data)) {
            second.address();
            assertThat(second.ledgers("demo").values()).allSatisfy(ledger -> {
                assertThat(ledger.coldStarts())
                        .as("starts: the first, and the one of the force restart")
                        .isEqualTo(2);
                assertThat(processes(ledger)).as("processes that live").isEqualTo(1);
            });
        }
    }

    /** How many have begun and not ended. An ended task may be followed by the second demo's own restart, which is a hot one. */
    private static int processes(Ledger ledger) {
        return ledger.entries(Event.STARTED).size()
                - ledger.entries(Event.STOPPED).size()
                - ledger.entries(Event.DRAINED).size();
    }

    private static boolean everyOdp(DemoProcess demo, Event event, int times) {
        Collection<Ledger> ledgers = demo.ledgers("demo").values();
        return !ledgers.isEmpty()
                && ledgers.stream().allMatch(ledger -> ledger.entries(event).size() >= times);
    }

    private static long committed(DemoProcess demo) {
        return demo.ledgers("demo").values().stream()
                .filter(ledger -> !ledger.entries(Event.HOT_RESTART_COMMITTED).isEmpty())
                .count();
    }

    private static long stopped(DemoProcess demo) {
        return demo.ledgers("demo").values().stream()
                .filter(ledger -> !ledger.entries(Event.STOPPED).isEmpty())
                .count();
    }
}
