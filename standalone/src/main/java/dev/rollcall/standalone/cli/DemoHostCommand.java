package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.hosts.ContainerHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the containers {@code odp-host-*} of {@code docker-compose.yml} run. */
@Command(
        name = "demo-host",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Stands for a host in a container: an SSH server and emulated ODPs, until it is stopped.")
final class DemoHostCommand implements Callable<Integer> {

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "Home of the user that signs in.")
    private Path data = Path.of("");

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The public key that is accepted.")
    private Path key = Path.of("");

    @Option(names = "--ssh-port", required = true, paramLabel = "PORT", description = "Port of the SSH server.")
    private int sshPort;

    @Option(names = "--sql-port", required = true, paramLabel = "PORT", description = "Port of an ODP; repeatable.")
    private List<Integer> sqlPorts = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        ContainerHost host = ContainerHost.start(data, key, sshPort, sqlPorts);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(host), "stop"));
        new Terminal(spec.commandLine().getOut()).line("SSH on port %d, ODPs on %s", host.sshPort(), sqlPorts);
        stopped.await();
        return 0;
    }

    private static void close(ContainerHost host) {
        try {
            host.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
