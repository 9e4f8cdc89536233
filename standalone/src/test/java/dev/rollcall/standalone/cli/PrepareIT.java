package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.Topics;
import dev.rollcall.standalone.adapter.broker.EmbeddedBroker;
import dev.rollcall.standalone.adapter.registry.EmbeddedRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Prepares a real Kafka and registry by the commands. */
@Timeout(120)
class PrepareIT {

    private final StringWriter told = new StringWriter();

    private int rollcall(String... arguments) {
        told.getBuffer().setLength(0);
        CommandLine commands = Rollcall.commandLine();
        commands.setOut(new PrintWriter(told));
        commands.setErr(new PrintWriter(told));
        return commands.execute(arguments);
    }

    @Test
    void shouldPutTopicsAndSchemasInPlaceAsOftenAsItIsAsked(@TempDir Path data) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data, 0);
                EmbeddedRegistry registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            String[] topics = {
                "kafka", "topics", "--bootstrap", broker.bootstrapServers(), "--partitions", "2", "--replicas", "1"
            };
            assertThat(rollcall(topics)).as(told.toString()).isZero();
            assertThat(rollcall(topics)).as(told.toString()).isZero();
            assertThat(admin.listTopics().names().get())
                    .contains("odp.commands.v1", "odp.commands.v1-dlt")
                    .hasSizeGreaterThanOrEqualTo(2 * Topics.values().length);

            assertThat(rollcall(
                            "kafka",
                            "topics",
                            "--bootstrap",
                            broker.bootstrapServers(),
                            "--partitions",
                            "3",
                            "--replicas",
                            "1"))
                    .isEqualTo(ExitCodes.REFUSED);
            assertThat(told.toString()).contains("never changed in place").contains("odp.commands.v1=2");

            String[] schemas = {
                "kafka", "schemas", "--bootstrap", broker.bootstrapServers(), "--registry", registry.url()
            };
            assertThat(rollcall(schemas)).as(told.toString()).isZero();
            String first = told.toString();
            assertThat(first.lines())
                    .hasSize(Topics.values().length)
                    .anyMatch(line -> line.matches("odp\\.tasks\\.v1-value +id \\d+"));
            assertThat(rollcall(schemas)).isZero();
            assertThat(told.toString()).isEqualTo(first);

            assertThat(rollcall("kafka", "acls", "--apply", "--bootstrap", broker.bootstrapServers()))
                    .isEqualTo(ExitCodes.REFUSED);
            assertThat(told.toString()).contains("no authorizer");
        }
    }

    @Test
    void shouldPrintAScriptOfTheAccessRules() {
        assertThat(rollcall(
                        "kafka",
                        "acls",
                        "--service",
                        "agent-service=User:agent",
                        "--dashboard",
                        "User:it's grafana=grafana-"))
                .isZero();

        List<String> lines = told.toString().lines().toList();
        assertThat(lines.get(0)).isEqualTo("#!/bin/sh");
        assertThat(lines)
                .anyMatch(
                        line -> line.endsWith(
                                "--allow-principal 'User:agent' --topic 'odp.results.v1' --operation Write --operation Describe"))
                .anyMatch(line ->
                        line.contains("'User:it'\\''s grafana' --group 'grafana-' --resource-pattern-type prefixed"))
                .noneMatch(line ->
                        line.contains("'User:agent'") && line.contains("'odp.commands.v1'") && line.contains("Write"));
    }

    @Test
    void shouldSayWhichServicesThereAre() {
        assertThat(rollcall("kafka", "acls", "--service", "agent=User:agent")).isEqualTo(ExitCodes.WRONG_USE);
        assertThat(told.toString()).contains("'agent'").contains("agent-service, task-service");
    }
}
