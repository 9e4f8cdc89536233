package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.emulator.LedgerEntry.Event;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The commands as people and scripts run them, each a process of its own, against a running demo. */
abstract class CommandLineCases {

    private static final Path PAGE = Path.of("..", "docs", "cli.md");
    private static final Pattern EXAMPLE = Pattern.compile("^```sh\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final int FEWEST_EXAMPLES = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    static Path folder;

    private static Path bin;

    abstract DemoProcess demo();

    abstract Map<String, Object> kafka();

    /** A program {@code rollcall} on the path, as the start script is, without its building. */
    @BeforeAll
    static void install() throws IOException {
        bin = Files.createDirectories(folder.resolve("bin"));
        Path program = Files.writeString(bin.resolve("rollcall"), """
                #!/bin/bash
                exec '%s' -Xshare:auto -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' dev.rollcall.standalone.cli.Rollcall "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** @param out what it said, both ways */
    private record Run(int code, String out) {}

    private Run shell(String script) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Map<String, String> environment = builder.environment();
        environment.put("PATH", bin + ":" + environment.get("PATH"));
        environment.put("ROLLCALL_GATEWAY", demo().address().toString());
        environment.put("ROLLCALL_USER", "operator");
        environment.put("ROLLCALL_PASSWORD", DemoProcess.PASSWORD);
        environment.put("TERM", "xterm");
        environment.put(
                "KAFKA",
                "--bootstrap " + kafka().get("bootstrap.servers") + " --registry "
                        + kafka().get("schema.registry.url"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), said);
    }

    @Test
    void shouldWorkAsThePageSays() throws Exception {
        List<String> examples = EXAMPLE.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult example) -> example.group(1))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(FEWEST_EXAMPLES);
        for (String example : examples) {
            Run run = shell(example);
            assertThat(run.code()).as("%s%nsaid: %s", example, run.out()).isZero();
        }
        assertThat(Files.readString(folder.resolve("fromobd.yml"))).contains("launcher: obd", "sqlPort: 2884");
    }

    @Test
    void shouldAskAndDrawOnATerminal() throws Exception {
        Run run = shell("{ sleep 1; while :; do echo wounded; sleep 1; done; } 2>/dev/null"
                + " | script -qec 'rollcall restart wounded --mode FORCE_RESTART --watch' /dev/null");

        assertThat(run.out())
                .contains("Type the cluster's id", "all of their clients are cut", "\r\033[2K[", "COMPLETED 2/2");
        Run refused = shell(
                "echo other | script -qec 'rollcall restart wounded --mode FORCE_RESTART' /dev/null || echo code $?");
        assertThat(refused.out()).contains("Not confirmed; nothing was asked for", "code 2");
    }

    @Test
    void shouldKeepTheTaskWhenTheWatchingIsBrokenOff() throws Exception {
        // What starts the tests in the background may ignore an interrupt, and all below it would.
        Run run = shell("""
                set -m
                env --default-signal=INT rollcall restart legacy --mode FORCE_RESTART --confirm legacy --watch > watched 2>&1 &
                until grep -q ' s  task' watched; do sleep 0.1; done
                kill -INT %1
                wait %1 || echo "code $?"
                cat watched
                """);

        assertThat(run.out()).contains("code 130", "goes on; to look again: rollcall task");
        String task = run.out().replaceAll("(?s).*rollcall task (\\S+) --watch.*", "$1");
        Run after = shell("rollcall task %s --watch --output json".formatted(task));
        assertThat(after.code()).as("%s", after).isZero();
        assertThat(JsonMapper.shared().readTree(after.out()).path("state").asString())
                .isEqualTo("COMPLETED");
    }

    /** The claim of the page: a replayed command restarts nothing again. */
    @Test
    void shouldRestartNothingByAReplayedCommand() throws Exception {
        ConsumerRecord<byte[], byte[]> command = hotRestart();
        String odp = new String(command.key(), StandardCharsets.UTF_8).substring("demo/".length());
        long restarts = restarts(odp);
        assertThat(restarts).isPositive();
        String commandId =
                decoded(Topics.COMMANDS, command.value()).get("commandId").toString();
        long answers = answers(commandId);
        TopicPartition aside = new TopicPartition(Topics.COMMANDS.deadLetterName(), command.partition());
        long offset;
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer())) {
            offset = producer.send(
                            new ProducerRecord<>(aside.topic(), aside.partition(), command.key(), command.value()))
                    .get()
                    .offset();
        }

        Run run =
                shell("rollcall dlt replay %s/%d/%d $KAFKA --yes".formatted(aside.topic(), aside.partition(), offset));

        assertThat(run.code()).as("%s", run).isZero();
        Awaitility.await("the agent answers it").atMost(PATIENCE).until(() -> answers(commandId) > answers);
        assertThat(restarts(odp)).isEqualTo(restarts);
    }

    private ConsumerRecord<byte[], byte[]> hotRestart() {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (int partition = 0; partition < partitions(Topics.COMMANDS); partition++) {
            for (ConsumerRecord<byte[], byte[]> record :
                    records(new TopicPartition(Topics.COMMANDS.topicName(), partition))) {
                GenericRecord command = decoded(Topics.COMMANDS, record.value());
                if (command.get("kind").toString().equals(OdpCommandKind.HOT_RESTART.name())
                        && new String(record.key(), StandardCharsets.UTF_8).startsWith("demo/")) {
                    found.add(record);
                }
            }
        }
        assertThat(found).isNotEmpty();
        return found.get(0);
    }

    private long answers(String commandId) {
        long answers = 0;
        for (int partition = 0; partition < partitions(Topics.RESULTS); partition++) {
            answers += records(new TopicPartition(Topics.RESULTS.topicName(), partition)).stream()
                    .filter(record -> commandId.equals(String.valueOf(
                            decoded(Topics.RESULTS, record.value()).get("commandId"))))
                    .count();
        }
        return answers;
    }

    private long restarts(String odp) {
        return demo().ledgers("demo").entrySet().stream()
                .filter(entry -> entry.getKey().odpId().equals(odp))
                .flatMap(entry -> entry.getValue().entries().stream())
                .filter(entry -> entry.event() == Event.HOT_RESTART_BEGAN)
                .count();
    }

    private GenericRecord decoded(Topics topic, byte[] value) {
        try (RollcallAvroDeserializer<GenericRecord> values = new RollcallAvroDeserializer<>()) {
            values.configure(kafka(), false);
            return values.deserialize(topic.topicName(), value);
        }
    }

    private int partitions(Topics topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return consumer.partitionsFor(topic.topicName()).size();
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> records(TopicPartition partition) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(all::add);
            }
        }
        return all;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = new HashMap<>(kafka());
        settings.put("isolation.level", "read_committed");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
