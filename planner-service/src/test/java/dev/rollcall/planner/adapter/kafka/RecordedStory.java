package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.planner.domain.AnsweredControls;
import dev.rollcall.planner.domain.Cluster;
import dev.rollcall.planner.domain.EndedTask;
import dev.rollcall.planner.domain.Odp;
import dev.rollcall.planner.domain.OdpId;
import dev.rollcall.planner.domain.OdpRun;
import dev.rollcall.planner.domain.Pace;
import dev.rollcall.planner.domain.Planner;
import dev.rollcall.planner.domain.Task;
import dev.rollcall.planner.domain.TaskId;
import dev.rollcall.planner.domain.Timer;
import dev.rollcall.schemas.Batching;
import dev.rollcall.schemas.OdpCommand;
import dev.rollcall.schemas.OdpCommandKind;
import dev.rollcall.schemas.OdpFacts;
import dev.rollcall.schemas.OdpResult;
import dev.rollcall.schemas.OdpResultType;
import dev.rollcall.schemas.OdpState;
import dev.rollcall.schemas.PlanEvent;
import dev.rollcall.schemas.RestartMode;
import dev.rollcall.schemas.TaskControl;
import dev.rollcall.schemas.TaskControlRequested;
import dev.rollcall.schemas.TaskEvent;
import dev.rollcall.schemas.TaskEventType;
import dev.rollcall.schemas.TaskState;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A planner whose inputs, outputs and stored entries are written down line by line, and one that goes through such lines again.
 * A line is one of
 *
 * <pre>
 * schema N TEXT             schema number N of the lines that follow
 * in TOPIC KEY N BASE64     a record, Avro, written with schema N
 * clock MILLIS              so much time goes by, whole seconds
 * out WORDS                 what the planner sent
 * checkpoint NAME           the entries of the store follow
 * entry BASE64 BASE64       key and value of an entry
 * </pre>
 */
final class RecordedStory implements AutoCloseable {
    private static final Map<String, String> SERDE = Map.of("schema.registry.url", "mock://planner-recorded");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final List<Topics> HEARD = List.of(Topics.COMMANDS, Topics.PLAN_EVENTS);

    private final TopologyTestDriver driver;
    private final List<String> lines = new ArrayList<>();
    private final Map<Schema, Integer> schemas = new HashMap<>();
    private final List<OdpCommand> commands = new ArrayList<>();
    private final Map<String, Long> pids = new HashMap<>();
    private long nextPid = 100;

    RecordedStory(Path stateDir) {
        this(stateDir, List.of(), "");
    }

    /** One that goes on from a checkpoint of a recording, at its time. */
    RecordedStory(Path stateDir, List<String> recording, String checkpoint) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "planner-recorded");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(
                PlannerTopology.build(new Planner(WireSamples.SETTINGS), 1, SERDE),
                properties,
                WireSamples.NEW_YEAR.plusMillis(elapsed(recording, checkpoint)));
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        driver.close();
    }

    // ---- the story -------------------------------------------------------------------------------------------------

    /** Tasks of both modes with all that can happen to them, in turn on one cluster. */
    void tell() {
        send(Topics.CLUSTERS_REQUESTED, WireSamples.cluster("pay", 4));

        restart(1, RestartMode.RESTART, Batching.newBuilder().build());
        checkpoint("precheck");
        obeyAll(command -> command.getKind() == OdpCommandKind.PROBE);
        checkpoint("restarting");
        restart(2, RestartMode.RESTART, Batching.newBuilder().build());
        obeyAll(command -> true);
        checkpoint("closed");
        ended(1);

        restart(3, RestartMode.FORCE_RESTART, Batching.newBuilder().build());
        obeyAll(command -> command.getKind() == OdpCommandKind.PROBE);
        checkpoint("stopping");
        obeyAll(command -> command.getKind() == OdpCommandKind.STOP);
        checkpoint("starting");
        fail("START", "o1");
        obeyAll(command -> true);
        checkpoint("halted");
        control(3, TaskControl.RETRY);
        obeyAll(command -> true);
        ended(3);

        restart(
                4,
                RestartMode.RESTART,
                Batching.newBuilder()
                        .setSizes(List.of("1"))
                        .setMinRunning("50%")
                        .setSettleMillis(4_000)
                        .setPauseAfterFirst(true)
                        .build());
        obeyAll(command -> true);
        checkpoint("settling");
        clock(10_000);
        obeyAll(command -> true);
        checkpoint("paused");
        control(4, TaskControl.RESUME);
        obeyAll(command -> command.getKind() == OdpCommandKind.PROBE);
        control(4, TaskControl.CANCEL);
        obeyAll(command -> true);

        restart(5, RestartMode.RESTART, Batching.newBuilder().setMaxFailures(1).build());
        obeyAll(command -> command.getKind() == OdpCommandKind.PROBE);
        serveOnly();
        obeyAll(command -> command.getKind() == OdpCommandKind.PROBE);
        fail("BATCH_2", "o1");
        obeyAll(command -> true);
        checkpoint("draining");
        clock(22_000);
        obeyAll(command -> true);
        ended(5);
        clock(1_000);
    }

    private static String task(int number) {
        return new UUID(0, number).toString();
    }

    private void restart(int number, RestartMode mode, Batching batching) {
        send(
                Topics.RESTART_REQUESTED,
                dev.rollcall.schemas.RestartRequested.newBuilder(
                                WireSamples.restart(task(number), "pay", mode, WireSamples.NEW_YEAR))
                        .setBatching(batching)
                        .build());
    }

    private void control(int number, TaskControl control) {
        send(
                Topics.TASK_CONTROL,
                TaskControlRequested.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(Instant.EPOCH)
                        .setTaskId(task(number))
                        .setClusterId("pay")
                        .setControl(control)
                        .setRequestedBy("alice")
                        .build());
    }

    private void ended(int number) {
        send(
                Topics.TASK_EVENTS,
                TaskEvent.newBuilder()
                        .setEventId(UUID.randomUUID().toString())
                        .setOccurredAt(Instant.EPOCH)
                        .setTaskId(task(number))
                        .setClusterId("pay")
                        .setSequence(99)
                        .setType(TaskEventType.TASK_ENDED)
                        .setState(TaskState.COMPLETED)
                        .setMessage("ended")
                        .build());
    }

    /** Obeys the commands of a kind, and those that follow. */
    private void obeyAll(Predicate<OdpCommand> which) {
        while (true) {
            OdpCommand next = commands.stream().filter(which).findFirst().orElse(null);
            if (next == null) {
                return;
            }
            commands.remove(next);
            result(next, OdpResultType.ACCEPTED, null);
            result(next, OdpResultType.STARTED, null);
            result(next, OdpResultType.SUCCEEDED, effect(next));
        }
    }

    private OdpFacts effect(OdpCommand command) {
        String odp = command.getOdpId();
        long pid = pids.computeIfAbsent(odp, id -> nextPid++);
        boolean anew = command.getKind() == OdpCommandKind.HOT_RESTART
                || command.getKind() == OdpCommandKind.START && pid == 0;
        pid = anew ? nextPid++ : command.getKind() == OdpCommandKind.STOP ? 0 : pid;
        pids.put(odp, pid);
        return WireSamples.facts(pid == 0 ? OdpState.STOPPED : OdpState.RUNNING, pid);
    }

    private void result(OdpCommand command, OdpResultType type, @org.jspecify.annotations.Nullable OdpFacts facts) {
        send(Topics.RESULTS, WireSamples.result(command, type, facts));
    }

    /** The new process serves, and the old one stays. */
    private void serveOnly() {
        OdpCommand command = commands.remove(0);
        result(command, OdpResultType.STARTED, null);
        result(command, OdpResultType.SERVING, effect(command));
    }

    private void fail(String step, String odp) {
        OdpCommand command = commands.stream()
                .filter(open -> open.getStep().equals(step) && open.getOdpId().equals(odp))
                .findFirst()
                .orElseThrow();
        commands.remove(command);
        send(
                Topics.RESULTS,
                OdpResult.newBuilder(WireSamples.result(command, OdpResultType.FAILED, null))
                        .setFailure(dev.rollcall.schemas.Failure.newBuilder()
                                .setCategory(dev.rollcall.schemas.FailureCategory.UNREACHABLE)
                                .setCode("TEST")
                                .setDetail(odp + " was not reached")
                                .build())
                        .build());
    }

    // ---- writing down ----------------------------------------------------------------------------------------------

    private void send(Topics topic, SpecificRecord record) {
        Integer known = schemas.get(record.getSchema());
        if (known == null) {
            known = schemas.size() + 1;
            schemas.put(record.getSchema(), known);
            lines.add("schema " + known + " " + record.getSchema());
        }
        lines.add("in " + topic.name() + " pay " + known + " " + base64(avro(record)));
        pipe(topic, "pay", record);
    }

    private void clock(long millis) {
        lines.add("clock " + millis);
        for (long gone = 0; gone < millis; gone += SECOND.toMillis()) {
            driver.advanceWallClockTime(SECOND);
        }
        listen();
    }

    private void checkpoint(String name) {
        lines.add("checkpoint " + name);
        try (KeyValueIterator<Bytes, byte[]> entries = store().all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, byte[]> entry = entries.next();
                lines.add("entry " + base64(entry.key.get()) + " " + base64(entry.value));
            }
        }
    }

    private KeyValueStore<Bytes, byte[]> store() {
        return driver.getKeyValueStore(PlannerProcessor.STORE);
    }

    private void pipe(Topics topic, String key, SpecificRecord record) {
        driver.createInputTopic(
                        topic.topicName(),
                        new StringSerializer(),
                        RollcallAvroSerde.forValues(SERDE).serializer())
                .pipeInput(key, record);
        listen();
    }

    private void listen() {
        for (Topics topic : HEARD) {
            for (SpecificRecord record : driver.createOutputTopic(
                            topic.topicName(),
                            new StringDeserializer(),
                            RollcallAvroSerde.<SpecificRecord>forValues(SERDE).deserializer())
                    .readValuesToList()) {
                lines.add("out " + words(record));
                if (record instanceof OdpCommand command) {
                    commands.removeIf(open -> open.getCommandId().equals(command.getCommandId()));
                    commands.add(command);
                }
            }
        }
        for (Topics topic : PlannerTopology.SOURCES) {
            for (byte[] dead : driver.createOutputTopic(
                            topic.deadLetterName(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readValuesToList()) {
                lines.add("out put aside: " + base64(dead));
            }
        }
    }

    private static String words(SpecificRecord record) {
        if (record instanceof OdpCommand command) {
            return "command " + command.getKind() + " " + command.getOdpId() + " " + command.getStep() + " "
                    + command.getAttempt() + " " + command.getEpoch();
        }
        PlanEvent event = (PlanEvent) record;
        return "event " + event.getTaskId().orElse("-") + " " + event.getType() + " "
                + event.getOdpId().orElse("-") + " " + event.getBatch();
    }

    // ---- reading again ---------------------------------------------------------------------------------------------

    /** Names of the checkpoints of a recording. */
    static List<String> checkpoints(List<String> recording) {
        return recording.stream()
                .filter(line -> line.startsWith("checkpoint "))
                .map(line -> line.substring("checkpoint ".length()))
                .toList();
    }

    /** Whether this release writes the records and the entries of a recording in the same form. */
    static boolean isOfToday(List<String> recording) {
        for (String line : recording) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("schema")) {
                Schema written = new Schema.Parser().parse(line.substring(line.indexOf('{')));
                if (!written.equals(
                        SpecificData.get().getSchema(SpecificData.get().getClass(written)))) {
                    return false;
                }
            } else if (words[0].equals("entry")) {
                byte[] entry = bytes(words[2]);
                byte[] today = RecordCodec.encode(RecordCodec.decode(type((char) bytes(words[1])[0]), entry));
                if (!Arrays.equals(today, entry)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What an entry is, by the first byte of its key: see {@link StateKeys}. */
    private static Class<? extends Record> type(char tag) {
        return switch (tag) {
            case 'C' -> Cluster.class;
            case 'O' -> Odp.class;
            case 'T' -> Task.class;
            case 'R' -> OdpRun.class;
            case 'P' -> OdpId.class;
            case 'E' -> EndedTask.class;
            case 'F' -> TaskId.class;
            case 'S' -> AnsweredControls.class;
            case 'H' -> Pace.class;
            case 'I', 'D' -> Timer.class;
            default -> throw new IllegalArgumentException("No key begins with " + tag);
        };
    }

    private static long elapsed(List<String> recording, String checkpoint) {
        return recording.stream()
                .limit(checkpoint.isEmpty() ? 0 : recording.indexOf("checkpoint " + checkpoint))
                .filter(line -> line.startsWith("clock "))
                .mapToLong(line -> Long.parseLong(line.substring("clock ".length())))
                .sum();
    }

    /** What a recording says was sent, from a checkpoint on, or from the beginning. */
    static List<String> sent(List<String> recording, String checkpoint) {
        int from = checkpoint.isEmpty() ? 0 : recording.indexOf("checkpoint " + checkpoint);
        return recording.subList(from, recording.size()).stream()
                .filter(line -> line.startsWith("out "))
                .toList();
    }

    /** Takes the entries of a checkpoint over and goes through all that follows; without a checkpoint, through all of it. */
    List<String> replay(List<String> recording, String checkpoint) {
        Map<Integer, Schema> written = new HashMap<>();
        boolean going = checkpoint.isEmpty();
        boolean restoring = false;
        for (String line : recording) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "schema" ->
                    written.put(
                            Integer.valueOf(words[1]), new Schema.Parser().parse(line.substring(line.indexOf('{'))));
                case "checkpoint" -> {
                    restoring = words[1].equals(checkpoint);
                    going |= restoring;
                }
                case "entry" -> {
                    if (restoring) {
                        store().put(Bytes.wrap(bytes(words[1])), bytes(words[2]));
                    }
                }
                case "clock" -> {
                    if (going) {
                        clock(Long.parseLong(words[1]));
                    }
                }
                case "in" -> {
                    Topics topic = Topics.valueOf(words[1]);
                    if (going) {
                        pipe(
                                topic,
                                words[2],
                                read(
                                        topic,
                                        Objects.requireNonNull(written.get(Integer.valueOf(words[3]))),
                                        bytes(words[4])));
                    }
                }
                default -> {
                    // what was sent then is compared by the caller
                }
            }
        }
        return sent(lines, "");
    }

    private static SpecificRecord read(Topics topic, Schema writer, byte[] avro) {
        try {
            Schema reader = SpecificData.get().getSchema(topic.recordType());
            return new SpecificDatumReader<SpecificRecord>(writer, reader, SpecificData.getForSchema(reader))
                    .read(null, DecoderFactory.get().binaryDecoder(avro, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] avro(SpecificRecord record) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new SpecificDatumWriter<SpecificRecord>(record.getSchema(), SpecificData.getForSchema(record.getSchema()))
                    .write(record, encoder);
            encoder.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }
}
