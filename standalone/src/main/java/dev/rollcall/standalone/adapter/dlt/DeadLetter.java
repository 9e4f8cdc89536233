package dev.rollcall.standalone.adapter.dlt;

import dev.rollcall.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record that could not be handled. */
public final class DeadLetter {

    /** Header of a replayed record: where it was put aside. */
    public static final String REPLAYED_FROM = "rollcall-replayed-from";

    /** The headers that say why a record was put aside: the services' own, and those of spring-kafka's recoverer. */
    private static final List<String> TOLD_PREFIXES =
            List.of("rollcall.dlt.", "rollcall-dead-letter-", "kafka_dlt-", "springDeserializerException");

    private static final List<String> REASONS =
            List.of("rollcall.dlt.reason", "rollcall-dead-letter-reason", "kafka_dlt-exception-message");
    private static final Set<String> NUMBERS =
            Set.of("kafka_dlt-original-partition", "kafka_dlt-original-offset", "kafka_dlt-original-timestamp");
    private static final int LONGEST_HEADER = 500;

    private final Topics source;
    private final ConsumerRecord<byte[], byte[]> record;

    DeadLetter(Topics source, ConsumerRecord<byte[], byte[]> record) {
        this.source = source;
        this.record = record;
    }

    /** The topic it came from. */
    public Topics source() {
        return source;
    }

    /** How it is named: topic, partition and offset. */
    public DeadLetterName name() {
        return new DeadLetterName(source, record.partition(), record.offset());
    }

    ConsumerRecord<byte[], byte[]> record() {
        return record;
    }

    /** When the record was written first. */
    public Instant at() {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** Its key, which is text in all of Rollcall's topics; empty without one. */
    public String key() {
        return record.key() == null ? "" : printable(record.key());
    }

    /** Bytes of its value. */
    public int size() {
        return record.value() == null ? 0 : record.value().length;
    }

    byte @Nullable [] value() {
        return record.value();
    }

    /** Why it was put aside; empty when nothing says so. */
    public String reason() {
        Map<String, String> told = told();
        return REASONS.stream()
                .map(told::get)
                .filter(reason -> reason != null)
                .findFirst()
                .orElse("");
    }

    /** What its headers say of why it is here, stack traces left out. */
    public Map<String, String> told() {
        Map<String, String> told = new TreeMap<>();
        for (Header header : record.headers()) {
            String name = header.key();
            if ((tells(name) || name.equals(REPLAYED_FROM))
                    && header.value() != null
                    && !name.contains("stacktrace")
                    && !name.startsWith("springDeserializerException")) {
                told.put(name, NUMBERS.contains(name) ? number(header.value()) : printable(header.value()));
            }
        }
        return told;
    }

    /** The headers that it had before it was put aside. */
    List<Header> original() {
        List<Header> original = new ArrayList<>();
        record.headers().forEach(header -> {
            if (!tells(header.key()) && !header.key().equals(REPLAYED_FROM)) {
                original.add(header);
            }
        });
        return original;
    }

    private static boolean tells(String header) {
        return TOLD_PREFIXES.stream().anyMatch(header::startsWith);
    }

    /** spring-kafka writes numbers as bytes. */
    private static String number(byte[] bytes) {
        return switch (bytes.length) {
            case Integer.BYTES -> Integer.toString(ByteBuffer.wrap(bytes).getInt());
            case Long.BYTES -> Long.toString(ByteBuffer.wrap(bytes).getLong());
            default -> printable(bytes);
        };
    }

    private static String printable(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}+", " ");
        return text.length() <= LONGEST_HEADER
                ? text
                : String.format(Locale.ROOT, "%s... (%d characters)", text.substring(0, LONGEST_HEADER), text.length());
    }
}
