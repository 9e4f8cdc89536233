package dev.rollcall.standalone.simulation;

import dev.rollcall.agent.adapter.kafka.AgentWire;
import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.CommandId;
import dev.rollcall.agent.domain.CommandKind;
import dev.rollcall.agent.domain.Report;
import dev.rollcall.schemas.OdpCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An agent as {@code CommandDesk} and {@code StopLease} have it: it answers repeated commands without working twice, says how far it is,
 * and starts what it stopped when nobody else does. What it holds in memory is gone when it dies.
 */
final class Agent {
    private static final long HEARTBEAT = 10_000;
    private static final long STOP_LEASE = 300_000;

    final World world;
    final String name;
    private int life;
    boolean up = true;
    /** It has lost its partitions to another one. */
    boolean cutOff;

    private final Map<String, Work> live = new LinkedHashMap<>();
    private final Map<String, Report> ended = new LinkedHashMap<>();

    private record Lease(int number, Command stop) {}

    /** By ODP: what this agent has stopped and nobody has started. */
    private final Map<String, Lease> leases = new LinkedHashMap<>();

    private long lastSent;
    private int leaseNumber;

    Agent(World world, String name) {
        this.world = world;
        this.name = name;
        world.later(HEARTBEAT, () -> heartbeat(life));
    }

    /** Whether what was begun in this life may go on. */
    boolean alive(int inLife) {
        return up && life == inLife;
    }

    int life() {
        return life;
    }

    void die() {
        up = false;
        life++;
        live.values().forEach(Work::abandoned);
        live.clear();
        ended.clear();
        leases.clear();
        cutOff = false;
        world.rebalance();
        world.later(world.between(2_000, 60_000), () -> {
            up = true;
            world.later(HEARTBEAT, () -> heartbeat(life));
            world.rebalance();
        });
    }

    private void heartbeat(int inLife) {
        if (alive(inLife)) {
            live.values().forEach(work -> publish(work.command, Report.progress("working")));
            world.later(HEARTBEAT, () -> heartbeat(inLife));
        }
    }

    void take(OdpCommand record) {
        Command command = AgentWire.command(record);
        String odp = command.odp().id().value();
        Lease lease = leases.get(odp);
        if (lease != null) {
            // Somebody still cares for this ODP: the lease begins anew.
            hold(odp, lease.stop());
        }
        String id = command.id().value();
        if (live.containsKey(id)) {
            publish(command, Report.of(Report.Type.ACCEPTED));
            return;
        }
        Report before = ended.get(id);
        if (before != null) {
            publish(command, before);
            return;
        }
        Work work = new Work(this, command, command, world.host(odp));
        live.put(id, work);
        publish(command, Report.of(Report.Type.ACCEPTED));
        work.after(world.between(1, 100), work::begin);
    }

    /** What a command reports. */
    void report(Work work, Report report) {
        Command command = work.command;
        if (report.type().terminal()) {
            live.remove(command.id().value());
        }
        if (command.ofStopLease()) {
            if (report.type() == Report.Type.FAILED && !fencedOff(report)) {
                hold(command.odp().id().value(), work.cause);
            }
            return;
        }
        if (report.type().terminal()) {
            ended.put(command.id().value(), report);
        }
        publish(command, report);
        if (command.kind() == CommandKind.STOP && report.type() == Report.Type.SUCCEEDED) {
            hold(command.odp().id().value(), command);
        } else if (command.kind() == CommandKind.START && report.type() == Report.Type.SUCCEEDED) {
            leases.remove(command.odp().id().value());
        }
    }

    private static boolean fencedOff(Report report) {
        return report.failure() != null
                && Set.of("OLD_EPOCH", "SAME_EPOCH", "OTHER_CLUSTER")
                        .contains(report.failure().code());
    }

    private void hold(String odp, Command stop) {
        int number = ++leaseNumber;
        int inLife = life;
        leases.put(odp, new Lease(number, stop));
        world.later(STOP_LEASE, () -> {
            Lease held = leases.get(odp);
            if (alive(inLife) && held != null && held.number() == number) {
                leases.remove(odp);
                Work work = new Work(this, startFor(stop), stop, world.host(odp));
                work.after(1, work::begin);
            }
        });
    }

    private static Command startFor(Command stop) {
        return new Command(
                stop.eventId(),
                stop.sentAt(),
                new CommandId(stop.id().value() + "/lease"),
                stop.task(),
                stop.epoch(),
                Command.STOP_LEASE,
                stop.attempt(),
                CommandKind.START,
                stop.baseline(),
                stop.odp(),
                null,
                null,
                stop.runWithin(),
                null);
    }

    private void publish(Command command, Report report) {
        if (world.fault(Fault.RESULT_LOST)) {
            return;
        }
        int inLife = life;
        // A producer keeps its order.
        lastSent = Math.max(lastSent, world.now() + world.between(1, world.fault(Fault.LATE_RESULT) ? 90_000 : 60));
        var result = AgentWire.result(command, report, name, world.instant(), world.newId());
        world.at(lastSent, () -> {
            if (alive(inLife)) {
                world.appendResult(result);
            }
        });
        if (world.fault(Fault.RESULT_TWICE)) {
            world.later(world.between(1, 90_000), () -> world.appendResult(result));
        }
    }
}
