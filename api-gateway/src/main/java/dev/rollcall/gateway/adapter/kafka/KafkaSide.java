package dev.rollcall.gateway.adapter.kafka;

import dev.rollcall.gateway.app.AuditBook;
import dev.rollcall.gateway.app.BackOff;
import dev.rollcall.gateway.app.NoticeReceivers;
import dev.rollcall.gateway.app.PlannerAnswers;
import dev.rollcall.gateway.app.Views;
import dev.rollcall.schemas.Service;
import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.admin.TopicsInPlace;
import dev.rollcall.schemas.serde.RollcallAvroDeserializer;
import dev.rollcall.schemas.serde.RollcallAvroSerializer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the views and the publisher to Kafka. Settings: {@code spring.kafka.*} and {@code rollcall.kafka.*}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaProperties.class, KafkaSide.Layout.class, KafkaSide.Notices.class})
public class KafkaSide {

    private static final int SENDERS = 4;
    private static final int WAITING_SENDS = 10_000;
    private static final long IDLE_SECONDS = 30;
    private static final int NOTICES_AT_ONCE = 20;
    private static final Duration KAFKA_WITHIN = Duration.ofSeconds(60);

    /**
     * How topics are laid out.
     *
     * @param partitions of each topic, the same for all services
     * @param replicas of each partition
     */
    @ConfigurationProperties("rollcall.kafka")
    record Layout(
            @DefaultValue("6") int partitions,
            @DefaultValue("1") short replicas) {}

    /**
     * How often webhooks are tried.
     *
     * @param firstPause after the first attempt that failed; each further pause is twice as long
     * @param longestPause longest pause
     * @param giveUpAfter how long after the first attempt an event is left out
     */
    @ConfigurationProperties("rollcall.gateway.notices")
    record Notices(
            @DefaultValue("1s") Duration firstPause,
            @DefaultValue("5m") Duration longestPause,
            @DefaultValue("24h") Duration giveUpAfter) {}

    @Bean
    ViewReader viewReader(
            KafkaProperties kafka,
            Layout layout,
            Views views,
            AuditBook audit,
            PlannerAnswers answers,
            InstantSource clock) {
        Set<Topics> used = EnumSet.copyOf(ViewReader.TOPICS);
        used.addAll(Service.API_GATEWAY.writes());
        try (Admin admin = Admin.create(kafka.buildAdminProperties())) {
            new TopicsInPlace(admin, layout.partitions(), layout.replicas()).ensure(used, KAFKA_WITHIN);
        }
        Map<String, Object> settings = consumerSettings(kafka);
        Deserializer<SpecificRecord> values = deserializer(kafka);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new ViewReader(
                () -> new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
                values,
                views,
                audit,
                answers,
                clock,
                layout.partitions());
    }

    /** What all consumers of the gateway have in common; without a group. */
    private static Map<String, Object> consumerSettings(KafkaProperties kafka) {
        Map<String, Object> settings = kafka.buildConsumerProperties();
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.remove(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG);
        settings.remove(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return settings;
    }

    private static Deserializer<SpecificRecord> deserializer(KafkaProperties kafka) {
        Map<String, Object> settings = kafka.buildConsumerProperties();
        settings.put("specific.avro.reader", "true");
        Deserializer<SpecificRecord> values = new RollcallAvroDeserializer<>();
        values.configure(settings, false);
        return values;
    }

    /** One reader for each receiver; begins after the views, which have put the topics in place. */
    @Bean
    NoticeReaders noticeReaders(
            KafkaProperties kafka,
            ViewReader viewReader,
            NoticeReceivers receivers,
            Notices notices,
            InstantSource clock) {
        BackOff backOff = new BackOff(notices.firstPause(), notices.longestPause(), notices.giveUpAfter());
        List<NoticeReader> readers = receivers.all().stream()
                .map(receiver -> {
                    Map<String, Object> settings = consumerSettings(kafka);
                    settings.put(ConsumerConfig.GROUP_ID_CONFIG, "rollcall-webhook-" + receiver.name());
                    // Of what was before it came, a new receiver is told nothing.
                    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
                    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, NOTICES_AT_ONCE);
                    return new NoticeReader(
                            receiver,
                            () -> new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer()),
                            deserializer(kafka),
                            backOff,
                            clock);
                })
                .toList();
        return new NoticeReaders(readers);
    }

    @Bean(destroyMethod = "close")
    KafkaRequestPublisher requestPublisher(KafkaProperties kafka) {
        Map<String, Object> settings = kafka.buildProducerProperties();
        Serializer<SpecificRecord> values = new RollcallAvroSerializer<>();
        values.configure(settings, false);
        settings.remove(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG);
        settings.remove(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // A definition of 10,000 ODPs in one record; its topic has the same limit.
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 << 20);
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        ThreadPoolExecutor senders = new ThreadPoolExecutor(
                SENDERS, SENDERS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_SENDS), work -> {
                    Thread thread = new Thread(work, "gateway-sender");
                    thread.setDaemon(true);
                    return thread;
                });
        senders.allowCoreThreadTimeOut(true);
        return new KafkaRequestPublisher(new KafkaProducer<>(settings, new StringSerializer(), values), senders);
    }
}
