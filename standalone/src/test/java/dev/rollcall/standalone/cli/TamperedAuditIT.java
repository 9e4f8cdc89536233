package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.schemas.AuditDecision;
import dev.rollcall.schemas.AuditEntry;
import dev.rollcall.schemas.AuditRecord;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.audit.AuditHash;
import dev.rollcall.schemas.serde.RollcallAvroSerde;
import dev.rollcall.standalone.adapter.audit.AuditTopic;
import dev.rollcall.standalone.adapter.broker.EmbeddedBroker;
import dev.rollcall.standalone.adapter.registry.EmbeddedRegistry;
import dev.rollcall.task.TaskServiceApplication;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * {@code rollcall audit verify} against a real topic, chained by the real task-service and then tampered with by somebody who may write to
 * it: what is there is deleted, and something else is written.
 */
@Timeout(120)
class TamperedAuditIT {

    private static final int LENGTH = 12;
    private static final String KEY = "pay";

    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;
    private static EmbeddedRegistry registry;
    private static Admin admin;
    private static KafkaProducer<String, byte[]> raw;
    private static RollcallAvroSerde<SpecificRecord> values;
    private static TopicPartition partition;
    /** As the task-service chained it. */
    private static List<AuditRecord> chain;

    @BeforeAll
    static void chained() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        registry = EmbeddedRegistry.start(broker.bootstrapServers(), 0);
        Map<String, Object> client =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "schema.registry.url", registry.url());
        admin = Admin.create(client);
        raw = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
        values = RollcallAvroSerde.forValues(client);
        AuditTopic topic = new AuditTopic(client);
        try (ConfigurableApplicationContext taskService = TaskServiceApplication.builder()
                .run(
                        "--spring.kafka.bootstrap-servers=" + broker.bootstrapServers(),
                        "--spring.kafka.properties[schema.registry.url]=" + registry.url(),
                        "--server.port=0",
                        "--rollcall.kafka.partitions=3",
                        "--rollcall.kafka.replicas=1",
                        "--rollcall.task.state-dir=" + directory.resolve("state"))) {
            assertThat(taskService.isRunning()).isTrue();
            for (int i = 1; i <= LENGTH; i++) {
                byte[] entry = values.serializer().serialize(Topics.AUDIT_ENTRIES.topicName(), entry("e-" + i));
                raw.send(new ProducerRecord<>(Topics.AUDIT_ENTRIES.topicName(), KEY, entry))
                        .get();
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> topic.checkpoints().stream().anyMatch(at -> at.getNumber() == LENGTH));
        }
        List<AuditRecord> read = new ArrayList<>();
        List<Integer> of = new ArrayList<>();
        topic.read(new AuditTopic.Reader() {
            @Override
            public void record(int at, long offset, AuditRecord record) {
                read.add(record);
                of.add(at);
            }

            @Override
            public void unreadable(int at, long offset, String why) {
                throw new AssertionError(why);
            }
        });
        assertThat(read).hasSize(LENGTH);
        chain = read;
        partition = new TopicPartition(Topics.AUDIT.topicName(), of.get(0));
    }

    @AfterAll
    static void stop() {
        raw.close();
        admin.close();
        registry.close();
        broker.close();
    }

    @AfterEach
    void retentionAsBefore() throws Exception {
        retention(null);
    }

    private static AuditEntry entry(String id) {
        return AuditEntry.newBuilder()
                .setEventId(id)
                .setOccurredAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                .setUser("alice")
                .setAction("RESTART")
                .setClusterId(KEY)
                .setDecision(AuditDecision.ALLOWED)
                .build();
    }

    private static void retention(@Nullable Duration kept) throws ExecutionException, InterruptedException {
        ConfigEntry entry =
                new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, kept == null ? "" : Long.toString(kept.toMillis()));
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, Topics.AUDIT.topicName()),
                        List.of(new AlterConfigOp(
                                entry, kept == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /** Makes these the only records of the partition. */
    private static void rewrite(List<AuditRecord> records) throws ExecutionException, InterruptedException {
        cutBefore(-1);
        for (AuditRecord record : records) {
            byte[] value = values.serializer().serialize(Topics.AUDIT.topicName(), record);
            raw.send(new ProducerRecord<>(partition.topic(), partition.partition(), KEY, value))
                    .get();
        }
    }

    /** Takes away all records before an offset; -1: all there are. */
    private static void cutBefore(long offset) throws ExecutionException, InterruptedException {
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
                .all()
                .get();
    }

    private record Said(int code, List<String> lines) {
        String faults() {
            return String.join(
                    "\n",
                    lines.stream()
                            .filter(line -> line.contains(": ") && line.startsWith("partition "))
                            .filter(line -> !line.contains(": records "))
                            .toList());
        }
    }

    private static Said verify(String... more) {
        StringWriter out = new StringWriter();
        List<String> arguments = new ArrayList<>(
                List.of("audit", "verify", "--bootstrap", broker.bootstrapServers(), "--registry", registry.url()));
        arguments.addAll(List.of(more));
        int code = Rollcall.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments.toArray(String[]::new));
        return new Said(code, out.toString().lines().toList());
    }

    private static AuditRecord signed(AuditRecord record) {
        return AuditRecord.newBuilder(record).setHash(AuditHash.of(record)).build();
    }

    private static AuditRecord byMallory(AuditRecord record) {
        return AuditRecord.newBuilder(record)
                .setEntry(AuditEntry.newBuilder(record.getEntry())
                        .setUser("mallory")
                        .build())
                .build();
    }

    private static String place(int record) {
        return "partition %d, offset \\d+, record %d: ".formatted(partition.partition(), record);
    }

    private static void isFound(Said said, int record, String word) {
        assertThat(said.code()).as(said.lines().toString()).isEqualTo(1);
        assertThat(said.faults()).containsPattern(place(record) + word);
        assertThat(said.lines()).last().asString().startsWith("The audit is NOT whole");
    }

    @Test
    void shouldFindAnUntouchedChainWhole() throws Exception {
        rewrite(chain);

        Said said = verify();

        assertThat(said.code()).as(said.lines().toString()).isZero();
        assertThat(said.faults()).isEmpty();
        assertThat(said.lines())
                .contains("partition %d: records 1 to %d, hash %s"
                        .formatted(
                                partition.partition(),
                                LENGTH,
                                chain.get(LENGTH - 1).getHash()))
                .last()
                .isEqualTo("The audit is whole");
    }

    @Test
    void shouldFindAChangedRecord() throws Exception {
        List<AuditRecord> tampered = new ArrayList<>(chain);
        tampered.set(4, byMallory(chain.get(4)));
        rewrite(tampered);

        Said said = verify();

        isFound(said, 5, "CHANGED");
        assertThat(said.faults().lines()).hasSize(1);
    }

    @Test
    void shouldFindARemovedRecord() throws Exception {
        List<AuditRecord> tampered = new ArrayList<>(chain);
        tampered.remove(4);
        rewrite(tampered);

        Said said = verify();

        isFound(said, 6, "MISSING, records 5 to 5");
        assertThat(said.faults().lines()).hasSize(1);
    }

    @Test
    void shouldFindRecordsInAnotherOrder() throws Exception {
        List<AuditRecord> tampered = new ArrayList<>(chain);
        tampered.add(4, tampered.remove(6));
        rewrite(tampered);

        isFound(verify(), 5, "OUT OF PLACE, it stands behind record 7");
    }

    @Test
    void shouldFindAForgedRecordAtTheEnd() throws Exception {
        List<AuditRecord> tampered = new ArrayList<>(chain);
        tampered.add(signed(AuditRecord.newBuilder(byMallory(chain.get(4)))
                .setEventId(UUID.randomUUID().toString())
                .setNumber(LENGTH + 1)
                .build()));
        rewrite(tampered);

        isFound(verify(), LENGTH + 1, "BROKEN");
    }

    @Test
    void shouldFindAForgedRecordInTheMiddleWhoseHashFits() throws Exception {
        List<AuditRecord> tampered = new ArrayList<>(chain);
        tampered.set(4, signed(byMallory(chain.get(4))));
        rewrite(tampered);

        isFound(verify(), 6, "BROKEN");
    }

    /** All hashes fit then; only what was written down before can tell. */
    @Test
    void shouldFindAChainWrittenAnewByItsCheckpoint() throws Exception {
        List<AuditRecord> forged = new ArrayList<>(chain.subList(0, 4));
        for (AuditRecord record : chain.subList(4, LENGTH)) {
            forged.add(signed(AuditRecord.newBuilder(byMallory(record))
                    .setPreviousHash(forged.get(forged.size() - 1).getHash())
                    .build()));
        }
        rewrite(forged);

        isFound(verify(), LENGTH, "REPLACED");
    }

    @Test
    void shouldFindAMissingEndByItsCheckpoint() throws Exception {
        rewrite(chain.subList(0, LENGTH - 2));

        Said said = verify();

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.faults())
                .contains("MISSING, the chain ends at record %d".formatted(LENGTH - 2), "record " + LENGTH);
    }

    @Test
    void shouldFindWhatIsNoRecordAtAll() throws Exception {
        rewrite(chain);
        raw.send(new ProducerRecord<>(partition.topic(), partition.partition(), KEY, new byte[] {7, 7, 7}))
                .get();

        Said said = verify();

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.faults()).containsPattern("partition \\d, offset \\d+: CHANGED, it cannot be read");
    }

    @Test
    void shouldTakeABeginningThatRetentionCutForWholeAndOneThatSomebodyCutNot() throws Exception {
        rewrite(chain);
        long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get()
                .offset();
        cutBefore(end - 5);

        Said tooEarly = verify();
        retention(Duration.ofMillis(1));
        Said inTime = verify();

        isFound(tooEarly, LENGTH - 4, "MISSING, records up to %d are gone".formatted(LENGTH - 5));
        assertThat(inTime.code()).as(inTime.lines().toString()).isZero();
        assertThat(inTime.lines()).anyMatch(line -> line.contains(": records %d to %d,".formatted(LENGTH - 4, LENGTH)));
    }

    @Test
    void shouldHoldTheChainAgainstWhatWasKeptElsewhere() throws Exception {
        Path kept = directory.resolve("heads-" + UUID.randomUUID());
        rewrite(chain);
        assertThat(verify("--save", kept.toString()).code()).isZero();

        assertThat(verify("--expect", kept.toString()).code()).isZero();
        String head = Files.readString(kept);
        Files.writeString(kept, head.replace(chain.get(LENGTH - 1).getHash(), AuditHash.NONE));
        isFound(verify("--expect", kept.toString()), LENGTH, "REPLACED");
    }

    @Test
    void shouldSayThatItCouldNotReadTheAudit() {
        StringWriter out = new StringWriter();
        int code = Rollcall.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute("audit", "verify", "--bootstrap", "127.0.0.1:1", "--registry", registry.url());

        assertThat(code).isEqualTo(2);
        assertThat(out.toString()).contains("The audit cannot be read");
    }
}
