package dev.rollcall.task.adapter.kafka;

import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing and compares the partition counts of all. Kafka Streams itself does not compare them for
 * the Processor API: with another count on one topic, keys would silently go to another partition's stores.
 *
 * <p>Errors: {@link IllegalStateException} in words for the operator. Blocks until Kafka answers or the time is over.
 */
final class TopicCheck {

    private static final Logger log = LoggerFactory.getLogger(TopicCheck.class);
    private static final long PAUSE_MILLIS = 500;

    private final Admin admin;
    private final TopicSettings settings;
    private final String bootstrapServers;

    TopicCheck(Admin admin, TopicSettings settings, String bootstrapServers) {
        this.admin = admin;
        this.settings = settings;
        this.bootstrapServers = bootstrapServers;
    }

    void ensure(Collection<Topics> topics, Duration within) {
        List<NewTopic> wanted = new ArrayList<>();
        topics.forEach(topic -> wanted.addAll(topic.declarations(settings.partitions(), settings.replicas())));
        List<String> names = wanted.stream().map(NewTopic::name).toList();
        long end = System.nanoTime() + within.toNanos();
        try {
            while (!tried(wanted, names, within, System.nanoTime() > end)) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Kafka at " + bootstrapServers, e);
        }
    }

    /** False when it is worth another try. */
    private boolean tried(List<NewTopic> wanted, List<String> names, Duration within, boolean last)
            throws InterruptedException {
        try {
            create(wanted);
            compare(admin.describeTopics(names).allTopicNames().get(10, TimeUnit.SECONDS));
            return true;
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            if (last || !passing(cause)) {
                throw new IllegalStateException(
                        "Kafka at %s did not let the task-service look at its topics within %s: %s. Check spring.kafka.bootstrap-servers and that Kafka runs"
                                .formatted(bootstrapServers, within, cause.getMessage()),
                        cause);
            }
            log.info("Waiting for Kafka at {}: {}", bootstrapServers, cause.getMessage());
            return false;
        }
    }

    /** Too few brokers for the replicas also passes, while the others are still starting. */
    private static boolean passing(Throwable cause) {
        return cause instanceof TimeoutException
                || cause instanceof RetriableException
                || cause instanceof InvalidReplicationFactorException;
    }

    private void create(List<NewTopic> wanted) throws ExecutionException, InterruptedException, TimeoutException {
        Collection<String> existing = admin.listTopics().names().get(10, TimeUnit.SECONDS);
        List<NewTopic> missing = wanted.stream()
                .filter(topic -> !existing.contains(topic.name()))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        try {
            admin.createTopics(missing).all().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
            // Another service was quicker; what is still missing is created in the next turn.
        }
    }

    private void compare(Map<String, TopicDescription> found) {
        Map<String, Integer> others = new TreeMap<>();
        found.forEach((name, topic) -> {
            if (topic.partitions().size() != settings.partitions()) {
                others.put(name, topic.partitions().size());
            }
        });
        if (!others.isEmpty()) {
            throw new IllegalStateException(
                    "All topics must have rollcall.kafka.partitions = %d partitions, but these have not: %s. Set the number the topics were created with, the same for all services; partitions are never changed in place"
                            .formatted(settings.partitions(), others));
        }
    }
}
