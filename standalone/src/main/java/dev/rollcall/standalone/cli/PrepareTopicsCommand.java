package dev.rollcall.standalone.cli;

import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.TopicsInPlace;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Creates the topics. */
@Command(
        name = "topics",
        description = {
            "Creates the topics that are missing, with their dead-letter topics, and checks the partitions of all.",
            "All topics of an installation have the same number of partitions, which is never changed in place."
        })
final class PrepareTopicsCommand extends KafkaCommand {

    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final int MOST_PARTITIONS = 1_000;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "6",
            description =
                    "Of each topic, 1 to 1000; rollcall.kafka.partitions of each service (default: ${DEFAULT-VALUE}).")
    private int partitions = 6;

    @Option(
            names = "--replicas",
            paramLabel = "N",
            defaultValue = "3",
            description =
                    "Of each partition, 1 to 9; from 3 on, two must have a record before it counts (default: ${DEFAULT-VALUE}).")
    private short replicas = 3;

    @Override
    int run(Map<String, Object> client) {
        if (partitions < 1 || partitions > MOST_PARTITIONS || replicas < 1 || replicas > 9) {
            throw new IllegalArgumentException("--partitions is 1 to %d, --replicas 1 to 9".formatted(MOST_PARTITIONS));
        }
        try (Admin admin = Admin.create(client)) {
            new TopicsInPlace(admin, partitions, replicas).ensure(Arrays.asList(Topics.values()), WITHIN);
        } catch (IllegalStateException e) {
            err().line("rollcall: %s", String.valueOf(e.getMessage()));
            return ExitCodes.REFUSED;
        }
        out().line(
                        "%d topics and as many dead-letter topics are there, each with %d partition(s)",
                        Topics.values().length, partitions);
        return ExitCodes.DONE;
    }
}
