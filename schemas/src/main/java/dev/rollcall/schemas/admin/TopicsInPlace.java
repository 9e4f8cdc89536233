package dev.rollcall.schemas.admin;

import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/**
 * Creates the topics that are missing, with their dead-letter topics, and compares the partition counts of all.
 *
 * <p>Kafka Streams does not compare them for the Processor API: with another count on one topic, keys would silently go to the store of
 * another partition. Several services may do this at the same time; whoever is first creates.
 */
public final class TopicsInPlace {

    private static final long ANSWER_SECONDS = 10;
    private static final long PAUSE_MILLIS = 200;

    private final Admin admin;
    private final int partitions;
    private final short replicas;

    /**
     * @param partitions of every topic of the installation, 1 or more
     * @param replicas of every partition, 1 or more
     */
    public TopicsInPlace(Admin admin, int partitions, short replicas) {
        this.admin = admin;
        this.partitions = partitions;
        this.replicas = replicas;
    }

    /**
     * Returns when all topics are there. Blocks; Kafka that is still starting is waited for.
     *
     * @throws IllegalStateException in words for the operator, when Kafka does not answer or refuses, or a topic has another number
     *     of partitions
     */
    public void ensure(Collection<Topics> topics, Duration within) {
        List<NewTopic> wanted = topics.stream()
                .flatMap(topic -> topic.declarations(partitions, replicas).stream())
                .toList();
        long end = System.nanoTime() + within.toNanos();
        try {
            while (true) {
                Exception trouble = attempt(wanted);
                if (trouble == null) {
                    return;
                }
                if (!passes(trouble) || System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "Kafka did not have the topics in place within %d s: %s. Check spring.kafka.bootstrap-servers, that Kafka runs, and that this service may create and describe topics."
                                    .formatted(within.toSeconds(), trouble.getMessage()),
                            trouble);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Kafka", e);
        }
    }

    /** What went wrong, or null. */
    private @Nullable Exception attempt(List<NewTopic> wanted) throws InterruptedException {
        try {
            Set<String> present = answer(admin.listTopics().names());
            List<NewTopic> missing = wanted.stream()
                    .filter(topic -> !present.contains(topic.name()))
                    .toList();
            for (KafkaFuture<Void> created :
                    admin.createTopics(missing).values().values()) {
                created(created);
            }
            List<String> names = wanted.stream().map(NewTopic::name).toList();
            compare(answer(admin.describeTopics(names).allTopicNames()));
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            return new org.apache.kafka.common.errors.TimeoutException("no answer for " + ANSWER_SECONDS + " s", e);
        }
    }

    private void compare(Map<String, TopicDescription> found) {
        Map<String, Integer> others = new TreeMap<>();
        found.forEach((name, topic) -> {
            if (topic.partitions().size() != partitions) {
                others.put(name, topic.partitions().size());
            }
        });
        if (!others.isEmpty()) {
            throw new IllegalStateException(
                    "rollcall.kafka.partitions is %d, but these topics have another number of partitions: %s. All topics of an installation have the same number, which is never changed in place: set it, for all services, to what the topics were created with."
                            .formatted(partitions, others));
        }
    }

    private static void created(KafkaFuture<Void> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            answer(future);
        } catch (ExecutionException e) {
            // Another service was quicker, which is just as well.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static <T> T answer(KafkaFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    /** A topic that was just created is not known to every broker at once; too few brokers may be because the others still start. */
    private static boolean passes(Exception trouble) {
        return trouble instanceof RetriableException || trouble instanceof InvalidReplicationFactorException;
    }
}
