package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Declares the planner's topics and compares their partition counts: Kafka Streams does not, and with another count on one of them a
 * result would be looked up in the store of another cluster.
 */
final class TopicsInPlace {
    private TopicsInPlace() {}

    /** Fails in words when the topics cannot be used. */
    static void ensure(Admin admin, int partitions, short replicas, Duration within) {
        List<Topics> topics = new ArrayList<>(PlannerTopology.SOURCES);
        topics.addAll(PlannerTopology.SINKS);
        List<NewTopic> declared = topics.stream()
                .flatMap(topic -> topic.declarations(partitions, replicas).stream())
                .toList();
        try {
            for (Map.Entry<String, KafkaFuture<Void>> created :
                    admin.createTopics(declared).values().entrySet()) {
                create(created.getKey(), created.getValue(), within);
            }
            List<String> names = topics.stream().map(Topics::topicName).toList();
            Map<String, Integer> wrong = new TreeMap<>();
            for (TopicDescription found : admin.describeTopics(names)
                    .allTopicNames()
                    .get(within.toMillis(), TimeUnit.MILLISECONDS)
                    .values()) {
                if (found.partitions().size() != partitions) {
                    wrong.put(found.name(), found.partitions().size());
                }
            }
            if (!wrong.isEmpty()) {
                throw new IllegalStateException("rollcall.kafka.partitions is " + partitions
                        + ", but these topics have another number of partitions: " + wrong
                        + ". The planner does not start, because records about one cluster must lie on one partition number."
                        + " Set rollcall.kafka.partitions of all services to what the topics were created with;"
                        + " partitions are never changed in place.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while looking at the topics", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "The topics could not be looked at within " + within.toSeconds()
                            + " s. Check that Kafka runs at spring.kafka.bootstrap-servers, and that this service may create"
                            + " and describe topics.",
                    e);
        }
    }

    private static void create(String name, KafkaFuture<Void> created, Duration within)
            throws InterruptedException, TimeoutException {
        try {
            created.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "Topic " + name + " is not there and could not be created: "
                                + (e.getCause() == null ? e : e.getCause()).getMessage(),
                        e);
            }
        }
    }
}
