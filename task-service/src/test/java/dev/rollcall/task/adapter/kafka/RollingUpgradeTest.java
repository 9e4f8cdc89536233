package dev.rollcall.task.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.RestartRequested;
import dev.rollcall.schemas.TaskOdpSnapshot;
import dev.rollcall.schemas.TaskSnapshot;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import dev.rollcall.task.domain.FoldSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an earlier release left behind, read by this one: its log from the beginning, and its stores in the middle of it, which is
 * what a rolling upgrade does. The recordings in {@code src/test/resources/recorded} are never changed; a release adds its own:
 * {@code mvn -pl task-service test -Dtest=RollingUpgradeTest -Drollcall.recorded.write=NAME}.
 */
class RollingUpgradeTest {

    private static final Path RECORDED = Path.of("src/test/resources/recorded");
    private static final String WRITE = "rollcall.recorded.write";
    private static final Map<String, String> REGISTRY = Map.of("schema.registry.url", "mock://rolling-upgrade");
    private static final FoldSettings SETTINGS =
            new FoldSettings(Duration.ofMinutes(10), 1_000, Duration.ofSeconds(60), Duration.ofDays(31));
    /** Count changes, of which a newer release may see more. */
    private static final Set<String> BOOKKEEPING = Set.of("eventId", "causedBy", "occurredAt", "version");

    private static final List<Topics> INPUTS = List.of(Topics.RESTART_REQUESTED, Topics.PLAN_EVENTS, Topics.RESULTS);
    private static final List<Topics> OUTPUTS = List.of(Topics.TASKS, Topics.TASK_ODPS);
    private static final List<String> TEXT_STORES =
            List.of(StreamsTaskStore.TASKS, StreamsTaskStore.ODPS, StreamsTaskStore.EARLY);

    @TempDir
    Path stateDir;

    static Stream<String> releases() throws IOException {
        try (Stream<Path> directories = Files.list(RECORDED)) {
            return directories.map(path -> path.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void shouldFoldTheLogOfAnEarlierReleaseToEqualSnapshots(String release) throws IOException {
        List<SpecificRecord> log = log(release);

        try (Service service = new Service(stateDir)) {
            log.forEach(service::read);

            assertSame(release, service.latest());
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void shouldGoOnFromTheStoresOfAnEarlierRelease(String release) throws IOException {
        List<SpecificRecord> log = log(release);
        int middle = log.size() / 2;
        Map<String, GenericRecord> latest = new TreeMap<>();
        try (Service before = new Service(stateDir.resolve("before"))) {
            log.subList(0, middle).forEach(before::read);
            latest.putAll(before.latest());
        }

        try (Service service = new Service(stateDir.resolve("after"))) {
            for (String line : Files.readAllLines(RECORDED.resolve(release).resolve("stores.txt"))) {
                String[] words = line.split(" ");
                service.restore(
                        words[0],
                        Base64.getDecoder().decode(words[1]),
                        Base64.getDecoder().decode(words[2]));
            }
            log.subList(middle, log.size()).forEach(service::read);
            latest.putAll(service.latest());
        }

        assertSame(release, latest);
    }

    /** Whoever changes a schema, or what is stored, adds a recording: this release is an earlier one to the next. */
    @Test
    void shouldHaveARecordingOfWhatIsWrittenToday() throws IOException {
        assertThat(releases().filter(RollingUpgradeTest::isOfToday))
                .as("recordings with today's schemas and stores; write one as the comment of this class tells")
                .isNotEmpty();
    }

    private static boolean isOfToday(String release) {
        try {
            for (Topics topic : Stream.concat(INPUTS.stream(), OUTPUTS.stream()).toList()) {
                if (!written(release, topic).equals(SpecificData.get().getSchema(topic.recordType()))) {
                    return false;
                }
            }
            for (String line : Files.readAllLines(RECORDED.resolve(release).resolve("stores.txt"))) {
                String[] words = line.split(" ");
                if (TEXT_STORES.contains(words[0]) && Base64.getDecoder().decode(words[2])[0] != StateCodec.VERSION) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertSame(String release, Map<String, GenericRecord> now) throws IOException {
        for (Topics topic : OUTPUTS) {
            Map<String, GenericRecord> then = expected(release, topic);
            assertThat(then).isNotEmpty();
            assertThat(now.keySet()).containsAll(then.keySet());
            for (Map.Entry<String, GenericRecord> entry : then.entrySet()) {
                GenericRecord is = Objects.requireNonNull(now.get(entry.getKey()));
                for (Schema.Field field : entry.getValue().getSchema().getFields()) {
                    if (!BOOKKEEPING.contains(field.name())) {
                        assertThat(text(is.get(field.name())))
                                .as("%s of %s", field.name(), entry.getKey())
                                .isEqualTo(text(entry.getValue().get(field.name())));
                    }
                }
            }
        }
    }

    private static String text(Object value) {
        return String.valueOf(value);
    }

    @Test
    @EnabledIfSystemProperty(named = WRITE, matches = ".+")
    void recordThisRelease() throws IOException {
        Path directory = RECORDED.resolve(Objects.requireNonNull(System.getProperty(WRITE)));
        Files.createDirectory(directory);
        List<SpecificRecord> log = RecordedStories.log();
        List<String> lines = new ArrayList<>();
        List<String> stores = new ArrayList<>();
        try (Service service = new Service(stateDir)) {
            for (int i = 0; i < log.size(); i++) {
                if (i == log.size() / 2) {
                    service.eachEntry((store, entry) -> stores.add(store + " " + entry));
                }
                lines.add(Service.topic(log.get(i)).topicName() + " " + base64(bytes(log.get(i))));
                service.read(log.get(i));
            }
            Files.write(directory.resolve("log.txt"), lines);
            Files.write(directory.resolve("stores.txt"), stores);
            Map<String, GenericRecord> latest = service.latest();
            for (Topics topic : OUTPUTS) {
                List<String> snapshots = new ArrayList<>();
                latest.forEach((key, record) -> {
                    if (record.getSchema()
                            .getFullName()
                            .equals(topic.recordType().getName())) {
                        snapshots.add(key + " " + base64(bytes(record)));
                    }
                });
                Files.write(directory.resolve(topic.topicName() + ".txt"), snapshots);
            }
        }
        for (Topics topic : Stream.concat(INPUTS.stream(), OUTPUTS.stream()).toList()) {
            Files.writeString(
                    directory.resolve(topic.topicName() + ".avsc"),
                    SpecificData.get().getSchema(topic.recordType()).toString(true) + "\n");
        }
    }

    private static List<SpecificRecord> log(String release) throws IOException {
        List<SpecificRecord> log = new ArrayList<>();
        for (String line : Files.readAllLines(RECORDED.resolve(release).resolve("log.txt"))) {
            String[] words = line.split(" ");
            Topics topic = Topics.of(words[0]);
            SpecificDatumReader<SpecificRecord> reader = new SpecificDatumReader<>(
                    written(release, topic), SpecificData.get().getSchema(topic.recordType()));
            log.add(reader.read(
                    null, DecoderFactory.get().binaryDecoder(Base64.getDecoder().decode(words[1]), null)));
        }
        return log;
    }

    private static Map<String, GenericRecord> expected(String release, Topics topic) throws IOException {
        Map<String, GenericRecord> expected = new TreeMap<>();
        Path file = RECORDED.resolve(release).resolve(topic.topicName() + ".txt");
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ");
            GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(written(release, topic));
            expected.put(
                    words[0],
                    reader.read(
                            null,
                            DecoderFactory.get()
                                    .binaryDecoder(Base64.getDecoder().decode(words[1]), null)));
        }
        return expected;
    }

    private static Schema written(String release, Topics topic) throws IOException {
        return new Schema.Parser()
                .parse(Files.readString(RECORDED.resolve(release).resolve(topic.topicName() + ".avsc")));
    }

    private static byte[] bytes(GenericRecord record) {
        return written(record, new GenericDatumWriter<>(record.getSchema()));
    }

    private static byte[] bytes(SpecificRecord record) {
        return written(record, new SpecificDatumWriter<>(record.getSchema()));
    }

    private static <T> byte[] written(T record, org.apache.avro.io.DatumWriter<T> writer) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            writer.write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** The topology without a broker. */
    private static final class Service implements AutoCloseable {
        private final TopologyTestDriver driver;
        private final Map<Topics, TestInputTopic<String, SpecificRecord>> inputs = new TreeMap<>();

        Service(Path stateDir) {
            Properties config = new Properties();
            config.put(StreamsConfig.APPLICATION_ID_CONFIG, "rolling-upgrade-test");
            config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:0");
            config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
            driver = new TopologyTestDriver(TaskTopology.build(SETTINGS, 1, REGISTRY), config, ClusterStory.START);
            for (Topics topic : INPUTS) {
                inputs.put(
                        topic,
                        driver.createInputTopic(
                                topic.topicName(),
                                new StringSerializer(),
                                RollcallAvroSerde.<SpecificRecord>forValues(REGISTRY)
                                        .serializer()));
            }
        }

        static Topics topic(SpecificRecord record) {
            if (record instanceof RestartRequested) {
                return Topics.RESTART_REQUESTED;
            } else if (record instanceof PlanEvent) {
                return Topics.PLAN_EVENTS;
            } else if (record instanceof OdpResult) {
                return Topics.RESULTS;
            }
            throw new IllegalArgumentException("No input: " + record.getClass());
        }

        void read(SpecificRecord record) {
            String cluster =
                    record.get(record.getSchema().getField("clusterId").pos()).toString();
            Objects.requireNonNull(inputs.get(topic(record))).pipeInput(cluster, record);
        }

        void restore(String store, byte[] key, byte[] value) {
            if (store.equals(StreamsTaskStore.TIMERS)) {
                timers().put(Bytes.wrap(key), value);
            } else {
                textStore(store).put(new String(key, StandardCharsets.UTF_8), value);
            }
        }

        void eachEntry(BiConsumer<String, String> consumer) {
            for (String store : TEXT_STORES) {
                try (KeyValueIterator<String, byte[]> all = textStore(store).all()) {
                    all.forEachRemaining(entry -> consumer.accept(
                            store, base64(entry.key.getBytes(StandardCharsets.UTF_8)) + " " + base64(entry.value)));
                }
            }
            try (KeyValueIterator<Bytes, byte[]> all = timers().all()) {
                all.forEachRemaining(entry ->
                        consumer.accept(StreamsTaskStore.TIMERS, base64(entry.key.get()) + " " + base64(entry.value)));
            }
        }

        private KeyValueStore<String, byte[]> textStore(String name) {
            return driver.getKeyValueStore(name);
        }

        private KeyValueStore<Bytes, byte[]> timers() {
            return driver.getKeyValueStore(StreamsTaskStore.TIMERS);
        }

        /** The latest snapshot of each key, as generic records. */
        Map<String, GenericRecord> latest() {
            Map<String, GenericRecord> latest = new TreeMap<>();
            this.<TaskSnapshot>output(Topics.TASKS)
                    .readKeyValuesToMap()
                    .forEach((key, value) -> latest.put(key, generic(value)));
            this.<TaskOdpSnapshot>output(Topics.TASK_ODPS)
                    .readKeyValuesToMap()
                    .forEach((key, value) -> latest.put(key, generic(value)));
            return latest;
        }

        private static GenericRecord generic(SpecificRecord record) {
            try {
                return new GenericDatumReader<GenericRecord>(record.getSchema(), record.getSchema(), new GenericData())
                        .read(null, DecoderFactory.get().binaryDecoder(bytes(record), null));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private <T extends SpecificRecord> TestOutputTopic<String, T> output(Topics topic) {
            return driver.createOutputTopic(
                    topic.topicName(),
                    new StringDeserializer(),
                    RollcallAvroSerde.<T>forValues(REGISTRY).deserializer());
        }

        @Override
        public void close() {
            driver.close();
        }
    }
}
