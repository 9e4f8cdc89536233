package dev.rollcall.standalone.adapter.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;

/** What a new version of a subject must be able to do, under the names that Confluent gave these levels. */
enum Compatibility {
    NONE(false, false, false),
    /** Programs with the new schema read data of the last one. */
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    /** Programs with the last schema read data of the new one. */
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean newReadsOld;
    private final boolean oldReadsNew;
    private final boolean transitive;

    Compatibility(boolean newReadsOld, boolean oldReadsNew, boolean transitive) {
        this.newReadsOld = newReadsOld;
        this.oldReadsNew = oldReadsNew;
        this.transitive = transitive;
    }

    static Optional<Compatibility> named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        for (Compatibility level : values()) {
            if (level.name().equals(upper)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /**
     * @param earlier the versions of the subject, oldest first
     * @return what stands against the candidate, in words; empty when nothing does
     */
    List<String> violations(Schema candidate, List<Schema> earlier) {
        List<Schema> compared =
                transitive || earlier.isEmpty() ? earlier : earlier.subList(earlier.size() - 1, earlier.size());
        List<String> found = new ArrayList<>();
        for (Schema old : compared) {
            if (newReadsOld) {
                collect("the new schema cannot read data of an earlier one", candidate, old, found);
            }
            if (oldReadsNew) {
                collect("an earlier schema cannot read data of the new one", old, candidate, found);
            }
        }
        return found.stream().distinct().toList();
    }

    private static void collect(String direction, Schema reader, Schema writer, List<String> found) {
        SchemaPairCompatibility pair = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        if (pair.getType() == SchemaCompatibilityType.COMPATIBLE) {
            return;
        }
        pair.getResult()
                .getIncompatibilities()
                .forEach(i ->
                        found.add(direction + ": " + i.getType() + " at " + i.getLocation() + ", " + i.getMessage()));
    }
}
