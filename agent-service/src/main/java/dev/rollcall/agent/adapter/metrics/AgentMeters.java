package dev.rollcall.agent.adapter.metrics;

import dev.rollcall.agent.app.CommandDesk;
import dev.rollcall.agent.app.Monitor;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandId;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.OdpState;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.schemas.Service;
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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;

/**
 * What the agent counts; each is explained in {@code docs/metrics.md}. All meters are there from the start, so that a rate begins
 * with the first event. Thread-safe.
 */
public final class AgentMeters implements CommandDesk.Listener, Monitor.LookMeter {
    private static final String SUCCEEDED = "SUCCEEDED";

    private final MeterRegistry registry;
    private final Map<CommandKind, Map<String, Timer>> commands = new EnumMap<>(CommandKind.class);
    private final Map<CommandId, Long> begun = new ConcurrentHashMap<>();
    private final Map<Topics, Counter> deadLetters = new EnumMap<>(Topics.class);
    private final Timer answeredLooks;
    private final Timer otherLooks;
    private final Timer delay;

    public AgentMeters(MeterRegistry registry) {
        this.registry = registry;
        for (CommandKind kind : CommandKind.values()) {
            Map<String, Timer> byOutcome = new HashMap<>();
            byOutcome.put(SUCCEEDED, command(kind, SUCCEEDED));
            for (FailureCategory category : FailureCategory.values()) {
                byOutcome.put(category.name(), command(kind, category.name()));
            }
            commands.put(kind, byOutcome);
        }
        for (Topics topic : Service.AGENT_SERVICE.reads()) {
            deadLetters.put(
                    topic,
                    Counter.builder("rollcall.dead.letters")
                            .description("Records put aside because they could not be read: each is a defect")
                            .tag("topic", topic.topicName())
                            .register(registry));
        }
        answeredLooks = look(true);
        otherLooks = look(false);
        delay = Timer.builder("rollcall.agent.look.delay")
                .description("How late the monitor looked")
                .register(registry);
    }

    private Timer command(CommandKind kind, String outcome) {
        return Timer.builder("rollcall.agent.commands")
                .description("Commands carried out, and how long each took")
                .tag("kind", kind.name())
                .tag("outcome", outcome)
                .register(registry);
    }

    private Timer look(boolean answered) {
        return Timer.builder("rollcall.agent.looks")
                .description("Looks of the monitor at an ODP, and how long each took")
                .tag("answered", Boolean.toString(answered))
                .register(registry);
    }

    /** What is asked anew whenever somebody looks: commands at the desk, and the ODPs that the monitor watches. */
    public void watch(IntSupplier working, IntSupplier waiting, Supplier<Map<OdpState, Long>> odps) {
        inFlight("working", working);
        inFlight("waiting", waiting);
        for (OdpState state : OdpState.values()) {
            Gauge.builder("rollcall.agent.odps", () -> odps.get().getOrDefault(state, 0L))
                    .description("ODPs that this agent watches, by the state it saw last")
                    .tag("state", state.name())
                    .register(registry);
        }
    }

    private void inFlight(String state, IntSupplier count) {
        Gauge.builder("rollcall.agent.commands.in.flight", count::getAsInt)
                .description("Commands that this agent works on, and that wait for their turn")
                .tag("state", state)
                .register(registry);
    }

    /** How far a listener is behind. */
    public void watchLag(String application, Supplier<Collection<? extends Metric>> clients) {
        Gauge.builder("rollcall.consumer.lag", () -> ConsumerLag.of(clients.get()))
                .description("Records that are there and were not read yet")
                .tag("application", application)
                .register(registry);
    }

    @Override
    public void heard(Command command, Report report) {
        if (report.type() == Report.Type.STARTED) {
            begun.put(command.id(), System.nanoTime());
        } else if (report.type().terminal()) {
            Long begin = begun.remove(command.id());
            Map<String, Timer> byOutcome = commands.get(command.kind());
            String outcome = report.failure() == null
                    ? SUCCEEDED
                    : report.failure().category().name();
            Timer timer = byOutcome == null ? null : byOutcome.get(outcome);
            if (begin != null && timer != null) {
                timer.record(Duration.ofNanos(System.nanoTime() - begin));
            }
        }
    }

    @Override
    public void looked(Duration late, Duration took, boolean answered) {
        (answered ? answeredLooks : otherLooks).record(took);
        delay.record(late.isNegative() ? Duration.ZERO : late);
    }

    /** A record could not be read. */
    public void putAside(Topics topic) {
        Counter counter = deadLetters.get(topic);
        if (counter != null) {
            counter.increment();
        }
    }
}
