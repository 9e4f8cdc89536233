package dev.rollcall.standalone.adapter.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A log in memory that can fail as Kafka does: before or after the record was kept. */
final class MemorySchemaLog implements SchemaLog {

    enum Fault {
        NONE,
        LOST,
        KEPT_BUT_NOT_ANSWERED
    }

    final List<RegistryEvent> kept = new ArrayList<>();
    Fault fault = Fault.NONE;

    @Override
    public void readAll(Consumer<RegistryEvent> each) {
        kept.forEach(each);
    }

    @Override
    public void append(List<RegistryEvent> events) {
        if (fault != Fault.LOST) {
            kept.addAll(events);
        }
        if (fault != Fault.NONE) {
            throw new SchemaLogException("no answer", new TimeoutException("no answer"));
        }
    }

    @Override
    public void close() {}
}
