package dev.rollcall.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaStyleTest {

    @ParameterizedTest
    @EnumSource(Topics.class)
    void shouldDocumentEveryFieldAndGiveEveryEnumADefault(Topics topic) {
        List<String> faults = new ArrayList<>();
        check(SpecificData.get().getSchema(topic.recordType()), faults, new HashSet<>());
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Topics.class)
    void shouldCarryIdCauseAndTimeInEveryRecord(Topics topic) {
        Schema schema = SpecificData.get().getSchema(topic.recordType());
        assertThat(schema.getFields().stream().map(Schema.Field::name)).contains("eventId", "causedBy", "occurredAt");
    }

    private static void check(Schema schema, List<String> faults, Set<String> seen) {
        switch (schema.getType()) {
            case RECORD -> {
                if (!seen.add(schema.getFullName())) {
                    return;
                }
                documented(schema.getFullName(), schema.getDoc(), faults);
                for (Schema.Field field : schema.getFields()) {
                    documented(schema.getFullName() + "." + field.name(), field.doc(), faults);
                    check(field.schema(), faults, seen);
                }
            }
            case ENUM -> {
                documented(schema.getFullName(), schema.getDoc(), faults);
                if (!"UNKNOWN".equals(schema.getEnumDefault())
                        || !"UNKNOWN".equals(schema.getEnumSymbols().get(0))) {
                    faults.add(schema.getFullName() + " does not begin with UNKNOWN as its default");
                }
            }
            case ARRAY -> check(schema.getElementType(), faults, seen);
            case MAP -> check(schema.getValueType(), faults, seen);
            case UNION -> schema.getTypes().forEach(type -> check(type, faults, seen));
            default -> {
                // a primitive has nothing of its own to document
            }
        }
    }

    private static void documented(String name, String doc, List<String> faults) {
        if (doc == null || doc.isBlank()) {
            faults.add(name + " has no doc");
        }
    }
}
