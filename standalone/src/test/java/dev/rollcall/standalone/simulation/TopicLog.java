package dev.rollcall.standalone.simulation;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** One partition: records in their order, each of which a reader sees at its own time. */
final class TopicLog {
    private final List<SpecificRecord> records = new ArrayList<>();

    int end() {
        return records.size();
    }

    SpecificRecord get(int offset) {
        return records.get(offset);
    }

    void append(SpecificRecord record) {
        records.add(record);
    }

    List<SpecificRecord> all() {
        return List.copyOf(records);
    }

    /** One reader's place; it sees no record before it sees those before it. */
    static final class Reader {
        private final TopicLog log;
        private final List<Long> visibleAt = new ArrayList<>();
        int offset;

        Reader(TopicLog log) {
            this.log = log;
        }

        /** @return when the newest record will be seen, given that it takes so long */
        long arrives(long now, long delay) {
            long before = visibleAt.isEmpty() ? 0 : visibleAt.get(visibleAt.size() - 1);
            visibleAt.add(Math.max(before, now + delay));
            return visibleAt.get(visibleAt.size() - 1);
        }

        boolean hasNext(long now) {
            return offset < log.end() && visibleAt.get(offset) <= now;
        }

        SpecificRecord next() {
            return log.get(offset++);
        }
    }
}
