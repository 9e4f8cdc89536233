package dev.rollcall.agent.app;

import dev.rollcall.agent.adapter.odp.MariaDbAdminPort;
import dev.rollcall.agent.adapter.odp.SqlCredential;
import dev.rollcall.agent.adapter.ssh.JschRemoteShell;
import dev.rollcall.agent.adapter.ssh.SshCredential;
import dev.rollcall.agent.adapter.ssh.SshSessions;
import dev.rollcall.agent.adapter.ssh.SshSettings;
import dev.rollcall.agent.adapter.ssh.SshTunnels;
import dev.rollcall.agent.domain.ClusterId;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.OdpId;
import dev.rollcall.agent.domain.OdpState;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many ODPs one monitor looks at without falling behind: each on a host of its own with an SSH session of its own. Prints what it
 * measured; to be run by hand, on a machine that does little else. Both sides share that machine, so each one's processor time is told too.
 *
 * <p>Arguments: number of ODPs (1000), interval in seconds (5), how long to measure in seconds (60).
 */
final class MonitorBenchmark {
    private final Queue<Long> late = new ConcurrentLinkedQueue<>();
    private final Queue<Long> took = new ConcurrentLinkedQueue<>();
    private final AtomicLong unanswered = new AtomicLong();
    private volatile boolean measuring;

    private MonitorBenchmark() {}

    public static void main(String[] args) throws Exception {
        BenchmarkHosts.logOnlyErrors();
        new MonitorBenchmark().run(number(args, 0, 1000), number(args, 1, 5), number(args, 2, 60));
        System.exit(0);
    }

    private static int number(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }

    private void run(int odps, int intervalSeconds, int seconds) throws Exception {
        Path directory = Files.createTempDirectory("monitor-benchmark");
        Process hosts = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        BenchmarkHosts.class.getName(),
                        directory.toString())
                .redirectError(directory.resolve("hosts.log").toFile())
                .start();
        String[] ports = new BufferedReader(new InputStreamReader(hosts.getInputStream(), StandardCharsets.UTF_8))
                .readLine()
                .split(" ");
        AtomicLong statuses = new AtomicLong();
        try (SshSessions sessions = new SshSessions(
                new SshSettings(
                        directory.resolve("known_hosts"),
                        true,
                        8,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(15),
                        8,
                        32,
                        Duration.ofMinutes(10)),
                name -> Optional.of(new SshCredential.Password("any")))) {
            OdpHost host = new OdpHost(new JschRemoteShell(sessions, Duration.ofSeconds(10)), false);
            AdminPort admin = new MariaDbAdminPort(
                    new SshTunnels(sessions), name -> Optional.of(new SqlCredential("root@proxysys", "any")));
            Duration interval = Duration.ofSeconds(intervalSeconds);
            try (Monitor monitor = new Monitor(
                    host,
                    admin,
                    (odp, facts, heartbeat) -> statuses.addAndGet(facts.state() == OdpState.RUNNING ? 1 : 0),
                    interval,
                    Duration.ofSeconds(10),
                    256,
                    this::looked)) {
                for (int i = 0; i < odps; i++) {
                    monitor.put(0, "demo/" + i, odp(i, Integer.parseInt(ports[0]), Integer.parseInt(ports[1])));
                }
                // Sessions are opened and code is compiled first.
                TimeUnit.SECONDS.sleep(Math.max(30, 4L * intervalSeconds));
                measure(odps, interval, seconds, statuses, hosts.toHandle());
            }
        } finally {
            hosts.destroy();
        }
    }

    private void measure(int odps, Duration interval, int seconds, AtomicLong statuses, ProcessHandle hosts)
            throws InterruptedException {
        ProcessHandle agent = ProcessHandle.current();
        long agentCpu = cpuNanos(agent);
        long hostsCpu = cpuNanos(hosts);
        long statusesBefore = statuses.get();
        measuring = true;
        TimeUnit.SECONDS.sleep(seconds);
        measuring = false;
        agentCpu = cpuNanos(agent) - agentCpu;
        hostsCpu = cpuNanos(hosts) - hostsCpu;
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        long[] lateness = sorted(late);
        long[] latency = sorted(took);
        System.out.printf(
                "java %s, %s threads for sessions and looks%n",
                Runtime.version().feature(), Threads.areVirtual() ? "virtual" : "platform");
        System.out.printf("%d ODPs every %d s, measured %d s%n", odps, interval.toSeconds(), seconds);
        System.out.printf(
                "looks: %d (%.1f/s of %.1f/s), unanswered %d, statuses said %d%n",
                latency.length,
                latency.length / (double) seconds,
                odps / (double) interval.toSeconds(),
                unanswered.get(),
                statuses.get() - statusesBefore);
        System.out.printf(
                "look: p50 %d ms, p99 %d ms, max %d ms; lag behind its time: p50 %d ms, p99 %d ms, max %d ms%n",
                at(latency, 0.5),
                at(latency, 0.99),
                at(latency, 1),
                at(lateness, 0.5),
                at(lateness, 0.99),
                at(lateness, 1));
        System.out.printf(
                "processor time of a look: agent %.2f ms (%.2f cores), stand-ins for sshd and ODP %.2f ms (%.2f cores)%n",
                agentCpu / 1e6 / latency.length,
                agentCpu / 1e9 / seconds,
                hostsCpu / 1e6 / latency.length,
                hostsCpu / 1e9 / seconds);
        System.out.printf(
                "agent: heap after gc %d MB, %d platform threads (peak %d)%n",
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getThreadMXBean().getPeakThreadCount());
    }

    private void looked(Duration lag, Duration lasted, boolean answered) {
        if (measuring) {
            late.add(lag.toMillis());
            took.add(lasted.toMillis());
            if (!answered) {
                unanswered.incrementAndGet();
            }
        }
    }

    private static long cpuNanos(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static long[] sorted(Queue<Long> values) {
        return values.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private static long at(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }

    private static Odp odp(int number, int sshPort, int sqlPort) {
        String address = "127.1." + (number / 250) + "." + (number % 250 + 1);
        return new Odp(
                new ClusterId("demo"),
                new OdpId(Integer.toString(number)),
                address,
                sshPort,
                "admin",
                "any",
                sqlPort,
                null,
                "/home/admin/obproxy",
                Odp.PLAIN_LAUNCHER,
                "proxysys",
                null);
    }
}
