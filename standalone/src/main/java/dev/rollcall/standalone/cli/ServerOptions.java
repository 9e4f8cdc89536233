package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.app.StandaloneSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that starts a server. */
final class ServerOptions {

    /** How long the gateway may take to read what is on the topics. */
    static final Duration READY_WITHIN = Duration.ofSeconds(60);

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of the HTTP API; 0: any free one (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(
            names = StandaloneSettings.MANAGEMENT_PORT_OPTION,
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of probes and metrics on 127.0.0.1; 0: any free one (default: ${DEFAULT-VALUE}).")
    int managementPort;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Port of the embedded Kafka on 127.0.0.1; 0: any free one (default: ${DEFAULT-VALUE}).")
    int kafkaPort;

    @Option(
            names = "--registry-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description =
                    "Port of the embedded schema registry on 127.0.0.1; 0: any free one (default: ${DEFAULT-VALUE}).")
    int registryPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Directory for all that must outlive this process (default: data/<command> beside the start script).")
    @Nullable
    Path data;

    StandaloneSettings.Ports ports() {
        return new StandaloneSettings.Ports(port, managementPort, kafkaPort, registryPort);
    }

    Path dataOr(String command) {
        Path directory = data == null
                ? Path.of(System.getProperty("rollcall.home", "."))
                        .resolve("data")
                        .resolve(command)
                : data;
        return directory.toAbsolutePath().normalize();
    }
}
