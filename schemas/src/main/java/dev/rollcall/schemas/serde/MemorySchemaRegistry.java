package dev.rollcall.schemas.serde;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;

/** A registry inside the JVM, for tests ({@code schema.registry.url=mock://name}); it accepts any schema. */
final class MemorySchemaRegistry implements SchemaRegistry {

    private final List<String> texts = new ArrayList<>();
    private final Map<String, Registered> latestBySubject = new HashMap<>();

    @Override
    public synchronized int register(String subject, String schemaText) {
        int index = texts.indexOf(schemaText);
        if (index < 0) {
            texts.add(schemaText);
            index = texts.size() - 1;
        }
        latestBySubject.put(subject, new Registered(index + 1, schemaText));
        return index + 1;
    }

    @Override
    public synchronized int lookUp(String subject, String schemaText) {
        int index = texts.indexOf(schemaText);
        if (index < 0 || !latestBySubject.containsKey(subject)) {
            throw new SerializationException("The schema is not registered under subject '" + subject + "'");
        }
        return index + 1;
    }

    @Override
    public synchronized Registered latest(String subject) {
        Registered latest = latestBySubject.get(subject);
        if (latest == null) {
            throw new SerializationException("The registry has no subject '" + subject + "'");
        }
        return latest;
    }

    @Override
    public void demand(String subject, String compatibility) {
        // accepts any schema, whatever was demanded
    }

    @Override
    public synchronized String byId(int id) {
        if (id < 1 || id > texts.size()) {
            throw new SerializationException("The registry has no schema with id " + id);
        }
        return texts.get(id - 1);
    }
}
