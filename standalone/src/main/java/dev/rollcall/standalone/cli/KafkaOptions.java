package dev.rollcall.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Kafka is, for the commands that speak to it themselves. */
final class KafkaOptions {

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "Where Kafka is (default: ${DEFAULT-VALUE}).")
    private String bootstrap = "";

    @Option(
            names = "--registry",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081",
            description = "Where the schema registry is (default: ${DEFAULT-VALUE}).")
    private String registry = "";

    @Option(
            names = "--properties",
            paramLabel = "FILE",
            description = "Further settings of a Kafka client, such as SSL and SASL.")
    private @Nullable Path properties;

    /** As settings of a client; those of the file win. */
    Map<String, Object> client() throws IOException {
        Map<String, Object> client = new HashMap<>();
        client.put("bootstrap.servers", bootstrap);
        client.put("schema.registry.url", registry);
        client.put("request.timeout.ms", 10_000);
        client.put("default.api.timeout.ms", 15_000);
        if (properties != null) {
            Properties more = new Properties();
            try (var in = Files.newInputStream(properties)) {
                more.load(in);
            }
            more.stringPropertyNames().forEach(name -> client.put(name, more.getProperty(name)));
        }
        return client;
    }
}
