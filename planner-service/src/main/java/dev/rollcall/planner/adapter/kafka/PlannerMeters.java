package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.CommandKind;
import dev.rollcall.planner.domain.Decision;
import dev.rollcall.planner.domain.Input;
import dev.rollcall.planner.domain.Output;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.ConsumerLag;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;

/**
 * What the planner counts; each is explained in {@code docs/metrics.md}. All meters are there from the start, so that a rate begins
 * with the first event. Work that Kafka made undone is counted again when it is done again. Thread-safe.
 */
final class PlannerMeters {
    private static final List<String> OUTCOMES = List.of("accepted", "rejected", "ignored");

    private final MeterRegistry registry;
    private final Map<Class<?>, Map<String, Timer>> decisions = new HashMap<>();
    private final Map<CommandKind, Counter> commands = new EnumMap<>(CommandKind.class);
    private final Map<Topics, Counter> deadLetters = new EnumMap<>(Topics.class);
    private final Counter replacements;

    PlannerMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Class<?> input : Input.class.getPermittedSubclasses()) {
            Map<String, Timer> byOutcome = new HashMap<>();
            for (String outcome : OUTCOMES) {
                byOutcome.put(
                        outcome,
                        Timer.builder("rollcall.planner.decisions")
                                .description("Decisions of the planner, and how long each took to make")
                                .tag("input", words(input.getSimpleName()))
                                .tag("outcome", outcome)
                                .register(registry));
            }
            decisions.put(input, byOutcome);
        }
        for (CommandKind kind : CommandKind.values()) {
            commands.put(
                    kind,
                    Counter.builder("rollcall.planner.commands.sent")
                            .description("Commands sent to agents, repetitions included")
                            .tag("kind", kind.name())
                            .register(registry));
        }
        Stream.concat(PlannerTopology.SOURCES.stream(), Stream.of(Topics.STATUS))
                .forEach(topic -> deadLetters.put(
                        topic,
                        Counter.builder("rollcall.dead.letters")
                                .description("Records put aside because they could not be read: each is a defect")
                                .tag("topic", topic.topicName())
                                .register(registry)));
        replacements = Counter.builder("rollcall.streams.threads.replaced")
                .description("Threads of Kafka Streams that died and were replaced")
                .tag("application", "planner")
                .register(registry);
    }

    /** What is asked anew whenever somebody looks. */
    void watch(BooleanSupplier running, Supplier<Collection<? extends Metric>> clients) {
        Gauge.builder("rollcall.streams.running", () -> running.getAsBoolean() ? 1 : 0)
                .description("Whether it works: 0 while it starts, restores a store or shares partitions out")
                .tag("application", "planner")
                .register(registry);
        Gauge.builder("rollcall.consumer.lag", () -> ConsumerLag.of(clients.get()))
                .description("Records that are there and were not read yet")
                .tag("application", "planner")
                .register(registry);
    }

    /** A tick at which nothing was due is no decision. */
    void decided(Input input, Decision decision, long nanos) {
        String outcome = decision instanceof Decision.Accepted
                ? "accepted"
                : decision instanceof Decision.Rejected ? "rejected" : "ignored";
        if (input instanceof Input.Tick && outcome.equals("ignored")) {
            return;
        }
        Map<String, Timer> byOutcome = decisions.get(input.getClass());
        Timer timer = byOutcome == null ? null : byOutcome.get(outcome);
        if (timer != null) {
            timer.record(Duration.ofNanos(nanos));
        }
    }

    void sent(Output.SendCommand command) {
        Counter counter = commands.get(command.kind());
        if (counter != null) {
            counter.increment();
        }
    }

    void buried(Topics topic) {
        Counter counter = deadLetters.get(topic);
        if (counter != null) {
            counter.increment();
        }
    }

    void threadReplaced() {
        replacements.increment();
    }

    /** {@code RestartRequested} becomes {@code restart-requested}. */
    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
