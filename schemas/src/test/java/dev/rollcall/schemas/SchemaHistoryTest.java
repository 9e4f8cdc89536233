package dev.rollcall.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.schemas.serde.SchemaText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Keeps the released versions of every schema, {@code src/test/resources/released/<subject>/v<n>.avsc}, which are only ever added to.
 *
 * <p>After a change to a schema run {@code mvn -pl schemas test -Dtest=SchemaHistoryTest -Drollcall.schemas.release=true}: it writes the
 * next version of each subject that changed, to be committed with the change.
 */
class SchemaHistoryTest {

    private static final Path RELEASED = Path.of("src/test/resources/released");
    private static final boolean RELEASE = Boolean.getBoolean("rollcall.schemas.release");

    @ParameterizedTest
    @EnumSource(Topics.class)
    void shouldBeReadableBothWaysByEveryReleasedVersion(Topics topic) {
        Schema current = schemaOf(topic);
        for (Path version : versions(topic)) {
            Schema released = parse(version);
            assertThat(compatibility(current, released))
                    .as("today's reader of %s on records written with %s", topic.subject(), version)
                    .isEqualTo("COMPATIBLE");
            assertThat(compatibility(released, current))
                    .as("reader with %s on records of %s written today", version, topic.subject())
                    .isEqualTo("COMPATIBLE");
        }
    }

    @ParameterizedTest
    @EnumSource(Topics.class)
    void shouldHaveTheCurrentSchemaAsItsNewestRelease(Topics topic) throws IOException {
        List<Path> versions = versions(topic);
        Schema current = schemaOf(topic);
        boolean unchanged =
                !versions.isEmpty() && parse(versions.get(versions.size() - 1)).equals(withoutJavaStrings(current));
        if (!unchanged && RELEASE) {
            Path next = RELEASED.resolve(topic.subject()).resolve("v%d.avsc".formatted(versions.size() + 1));
            Files.createDirectories(next.getParent());
            Files.writeString(next, withoutJavaStrings(current).toString(true) + "\n");
            unchanged = true;
        }
        assertThat(unchanged)
                .as(
                        "the schema of %s differs from its newest release: release it (see the class comment)",
                        topic.subject())
                .isTrue();
    }

    private static Schema schemaOf(Topics topic) {
        return SpecificData.get().getSchema(topic.recordType());
    }

    private static Schema withoutJavaStrings(Schema schema) {
        return new Schema.Parser().parse(SchemaText.of(schema));
    }

    private static String compatibility(Schema reader, Schema writer) {
        SchemaCompatibility.SchemaPairCompatibility pair =
                SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        return pair.getType() == SchemaCompatibilityType.COMPATIBLE
                ? "COMPATIBLE"
                : pair.getResult().getIncompatibilities().toString();
    }

    private static List<Path> versions(Topics topic) {
        Path directory = RELEASED.resolve(topic.subject());
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> versions = new ArrayList<>(files.toList());
            versions.sort(Comparator.comparingInt(SchemaHistoryTest::number));
            return versions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int number(Path version) {
        return Integer.parseInt(version.getFileName().toString().replaceAll("\\D", ""));
    }

    private static Schema parse(Path version) {
        try {
            return new Schema.Parser().parse(Files.readString(version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
