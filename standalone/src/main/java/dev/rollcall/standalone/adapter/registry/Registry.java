package dev.rollcall.standalone.adapter.registry;

import dev.rollcall.standalone.adapter.registry.SchemaLog.SchemaLogException;
import dev.rollcall.standalone.adapter.registry.SubjectBook.Decision;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The book kept in step with its log: a change is decided, kept, replayed, and only then answered. Operations run one
 * at a time, from any thread; a change takes as long as an acknowledgement of the log.
 */
final class Registry {

    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private final SchemaLog log;
    private SubjectBook book = new SubjectBook();
    private boolean inStep;

    /** Reads the log whole. */
    Registry(SchemaLog log) {
        this.log = log;
        refresh();
    }

    synchronized <T> T read(Function<SubjectBook, T> question) {
        refresh();
        return question.apply(book);
    }

    synchronized <T> T change(Function<SubjectBook, Decision<T>> operation) {
        refresh();
        Decision<T> decision = operation.apply(book);
        if (!decision.events().isEmpty()) {
            // Until the log has answered, what it holds is unknown: a number given out twice would corrupt readers.
            inStep = false;
            try {
                log.append(decision.events());
            } catch (SchemaLogException e) {
                LOG.warn("A change of the schema registry was not kept for certain", e);
                throw RegistryException.storeFailed(String.valueOf(e.getMessage()));
            }
            decision.events().forEach(book::replay);
            inStep = true;
        }
        return decision.answer();
    }

    private void refresh() {
        if (inStep) {
            return;
        }
        SubjectBook fresh = new SubjectBook();
        log.readAll(fresh::replay);
        book = fresh;
        inStep = true;
    }
}
