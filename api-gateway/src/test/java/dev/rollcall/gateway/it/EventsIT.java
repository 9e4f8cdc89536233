package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stream of everything, over a real broker and two gateways. */
class EventsIT {

    private static final long SEED = Long.getLong("rollcall.events.seed", 20_261_123L);
    private static final int ODPS = 12;
    private static final int CHANGES = 120;

    private static Installation installation;
    private static FakeServices services;
    private static List<Http> gateways;

    private final String cluster = "e" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        installation = Installation.shared();
        services = installation.services();
        gateways = List.of(new Http(installation.port(), "operator"), new Http(installation.secondPort(), "operator"));
        gateways.forEach(gateway -> await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.get("/api/v1/clusters").status() == 200));
    }

    private void register(int odps) {
        String list = IntStream.range(0, odps)
                .mapToObj(i -> "{\"host\":\"10.1.0." + (i + 1) + "\",\"id\":\"o" + i + "\"}")
                .collect(Collectors.joining(","));
        Http.Answer answer = gateways.get(0).put("/api/v1/clusters/" + cluster, """
                {"defaults":{"home":"/home/admin/obproxy","ssh":{"user":"admin","credential":"k"},"adminCredential":"p"},
                 "odps":[%s]}""".formatted(list));
        assertThat(answer.status()).as(answer.text()).isIn(200, 201);
    }

    /** One event as it came. */
    private record Event(@Nullable String id, String type, JsonNode data) {}

    /** A client that keeps what it was told, and comes back where it was. */
    private final class Client {
        private final Map<String, Integer> versions = new HashMap<>();
        private @Nullable String last;
        private int resets;
        private int backwards;

        /** Takes at most so many events from a gateway, then hangs up. */
        void listen(Http gateway, int events, Map<String, Integer> until) {
            String[] headers = last == null ? new String[0] : new String[] {"Last-Event-ID", last};
            try (Stream<String> lines = gateway.lines("/api/v1/events?cluster=" + cluster, headers)) {
                Iterator<String> all = lines.iterator();
                for (int taken = 0; taken < events && !versions.equals(until); ) {
                    if (note(next(all))) {
                        taken++;
                    }
                }
            }
        }

        private boolean note(Event event) {
            if (event.id() != null) {
                last = event.id();
            }
            if (event.type().equals("reset")) {
                resets++;
            }
            String version = event.data().at("/odp/version").asString("");
            if (event.type().equals("odp") && !version.isEmpty()) {
                int number = Integer.parseInt(version.substring(version.lastIndexOf('.') + 1));
                Integer before = versions.put(event.data().at("/odp/id").asString(), number);
                if (before != null && before > number) {
                    backwards++;
                }
            }
            return !event.type().isEmpty();
        }

        private static Event next(Iterator<String> lines) {
            String id = null;
            String type = "";
            JsonNode data = JsonMapper.shared().createObjectNode();
            while (true) {
                String line = lines.next();
                if (line.isEmpty()) {
                    return new Event(id, type, data);
                } else if (line.startsWith("id:")) {
                    id = line.substring(3);
                } else if (line.startsWith("event:")) {
                    type = line.substring(6);
                } else if (line.startsWith("data:")) {
                    data = JsonMapper.shared().readTree(line.substring(5));
                }
            }
        }
    }

    @Test
    void shouldMissNoKeyHoweverOftenAClientChangesTheGateway() throws InterruptedException {
        register(ODPS);
        Random random = new Random(SEED);
        Map<String, Integer> truth = new HashMap<>();
        Client client = new Client();
        Thread agents = new Thread(() -> {
            Random odps = new Random(SEED + 1);
            for (int number = 1; number <= CHANGES; number++) {
                services.status(cluster, "o" + odps.nextInt(ODPS), OdpState.RUNNING, "4.3." + number);
            }
        });
        Random again = new Random(SEED + 1);
        for (int number = 1; number <= CHANGES; number++) {
            truth.put("o" + again.nextInt(ODPS), number);
        }

        client.last = "none-of-ours";
        client.listen(gateways.get(0), 1 + ODPS, truth);
        agents.start();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!client.versions.equals(truth) && System.nanoTime() < deadline) {
            // Sometimes it hangs up in the midst of what is told at once, and must be told that again.
            client.listen(gateways.get(random.nextInt(2)), 1 + random.nextInt(2 * ODPS), truth);
        }
        agents.join();

        assertThat(client.versions).as("seed %s", SEED).isEqualTo(truth);
        assertThat(client.backwards).as("older states after newer ones").isZero();
        assertThat(client.resets).as("told everything anew").isEqualTo(1);
    }

    @Test
    void shouldTellWhoWasAwayWhatChangedAndNothingElse() {
        register(3);
        for (String odp : List.of("o0", "o1", "o2")) {
            services.status(cluster, odp, OdpState.RUNNING, "4.3.1");
        }
        Client client = new Client();
        client.last = "gone";
        client.listen(gateways.get(0), 100, Map.of("o0", 1, "o1", 1, "o2", 1));
        String here = client.last;

        services.status(cluster, "o1", OdpState.STOPPED, "4.3.2");
        services.publish(Topics.INVENTORY, Topics.odpKey(cluster, "o2"), null);

        assertThat(here).isNotNull();
        try (Stream<String> lines =
                gateways.get(1).lines("/api/v1/events?cluster=" + cluster, "Last-Event-ID", String.valueOf(here))) {
            Iterator<String> all = lines.iterator();
            Map<String, String> told = new HashMap<>();
            while (told.size() < 2) {
                Event event = Client.next(all);
                if (!event.type().isEmpty()) {
                    told.put(
                            event.data()
                                    .path("id")
                                    .asString(event.data().at("/odp/id").asString("")),
                            event.type());
                }
            }
            assertThat(told).isEqualTo(Map.of("o1", "odp", "o2", "odp-removed"));
        }
    }

    @Test
    void shouldGiveAnIdToComeBackWithEvenWhenNothingHappens() {
        register(1);
        try (Stream<String> lines = gateways.get(0).lines("/api/v1/events?cluster=" + cluster)) {
            Iterator<String> all = lines.iterator();
            Event opened = Client.next(all);
            assertThat(opened.type()).isEmpty();
            assertThat(opened.id()).isNotNull();
            Event alive = Client.next(all);
            assertThat(alive.id()).isNotNull();
        }
    }
}
