package dev.rollcall.agent.adapter.kafka;

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
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees that the topics this service uses are there, with the partitions that all services agree on. */
final class AgentTopics {
    private static final Logger log = LoggerFactory.getLogger(AgentTopics.class);
    private static final List<Topics> USED = List.of(Topics.COMMANDS, Topics.RESULTS, Topics.INVENTORY, Topics.STATUS);
    private static final long CALL_SECONDS = 10;

    private AgentTopics() {}

    /**
     * Waits for Kafka, creates what is missing.
     *
     * @throws IllegalStateException in words for the operator, when Kafka does not answer in time or has other partition counts
     */
    static void ensure(Map<String, Object> adminProperties, TopicSettings settings, Duration within) {
        long end = System.nanoTime() + within.toNanos();
        try (Admin admin = Admin.create(adminProperties)) {
            while (true) {
                try {
                    create(admin, settings);
                    compare(admin, settings.partitions());
                    return;
                } catch (ExecutionException | TimeoutException e) {
                    Throwable cause = e.getCause() == null ? e : e.getCause();
                    if (System.nanoTime() > end) {
                        throw new IllegalStateException(
                                "The agent found no usable Kafka within " + within.toSeconds() + " s at "
                                        + adminProperties.get("bootstrap.servers")
                                        + " (spring.kafka.bootstrap-servers): " + cause.getMessage(),
                                cause);
                    }
                    log.info("Kafka is not ready yet: {}", cause.getMessage());
                    Thread.sleep(500);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Kafka", e);
        }
    }

    private static void create(Admin admin, TopicSettings settings)
            throws ExecutionException, InterruptedException, TimeoutException {
        Collection<String> there = admin.listTopics().names().get(CALL_SECONDS, TimeUnit.SECONDS);
        List<NewTopic> missing = new ArrayList<>();
        for (Topics topic : USED) {
            topic.declarations(settings.partitions(), settings.replicas()).stream()
                    .filter(declared -> !there.contains(declared.name()))
                    .forEach(missing::add);
        }
        for (var created : admin.createTopics(missing).values().values()) {
            try {
                created.get(CALL_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    private static void compare(Admin admin, int partitions)
            throws ExecutionException, InterruptedException, TimeoutException {
        Map<String, Integer> wrong = new TreeMap<>();
        List<String> names = USED.stream().map(Topics::topicName).toList();
        admin.describeTopics(names)
                .allTopicNames()
                .get(CALL_SECONDS, TimeUnit.SECONDS)
                .forEach((name, description) -> {
                    if (description.partitions().size() != partitions) {
                        wrong.put(name, description.partitions().size());
                    }
                });
        if (!wrong.isEmpty()) {
            throw new IllegalStateException("Every topic must have " + partitions
                    + " partitions (rollcall.kafka.partitions), but these have another number: " + wrong
                    + ". Set the number with which the installation began; it is never changed in place");
        }
    }
}
