package dev.rollcall.schemas.audit;

import dev.rollcall.schemas.AuditRecord;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * The hash of an audit record: SHA-256 over its fields by name, {@code hash} left out, each as {@code name=length:value;} where the
 * length is in bytes of UTF-8. Times are milliseconds since 1970, numbers decimal, enums their symbol, a record within a record is
 * written the same way in braces. Fields that are null or empty are left out, so that a record keeps its hash when later releases add
 * fields.
 */
public final class AuditHash {

    /** What the first record of a chain has as the hash before it. */
    public static final String NONE = "0".repeat(64);

    private static final String HASH = "hash";

    private AuditHash() {}

    /** The hash that a record must have, in hexadecimal digits. */
    public static String of(AuditRecord record) {
        StringBuilder text = new StringBuilder();
        write(record, text);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static void write(IndexedRecord record, StringBuilder out) {
        List<Schema.Field> fields = record.getSchema().getFields().stream()
                .filter(field -> !field.name().equals(HASH))
                .sorted(Comparator.comparing(Schema.Field::name))
                .toList();
        for (Schema.Field field : fields) {
            String value = text(record.get(field.pos()));
            if (!value.isEmpty()) {
                int bytes = value.getBytes(StandardCharsets.UTF_8).length;
                out.append(field.name())
                        .append('=')
                        .append(bytes)
                        .append(':')
                        .append(value)
                        .append(';');
            }
        }
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof IndexedRecord record) {
            StringBuilder nested = new StringBuilder("{");
            write(record, nested);
            return nested.append('}').toString();
        }
        return value instanceof Instant time ? Long.toString(time.toEpochMilli()) : value.toString();
    }
}
