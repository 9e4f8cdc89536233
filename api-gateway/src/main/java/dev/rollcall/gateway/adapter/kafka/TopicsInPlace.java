package dev.rollcall.gateway.adapter.kafka;

import dev.rollcall.schemas.Topics;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Declares the topics that this service uses, and checks that those which are there have the partitions they must have. */
final class TopicsInPlace {

    private static final long ANSWER_SECONDS = 60;

    private TopicsInPlace() {}

    /**
     * Creates what is missing.
     *
     * @throws IllegalStateException in words, when a topic has another partition count or the cluster does not answer
     */
    static void ensure(Admin admin, Collection<Topics> topics, int partitions, short replicas) {
        List<NewTopic> wanted = topics.stream()
                .flatMap(topic -> topic.declarations(partitions, replicas).stream())
                .toList();
        Set<String> present = new HashSet<>(await(admin.listTopics().names(), "list the topics"));
        List<NewTopic> missing =
                wanted.stream().filter(topic -> !present.contains(topic.name())).toList();
        admin.createTopics(missing).values().forEach((name, created) -> awaitCreated(created, "create topic " + name));
        Set<String> names = wanted.stream().map(NewTopic::name).collect(Collectors.toSet());
        names.removeAll(missing.stream().map(NewTopic::name).collect(Collectors.toSet()));
        Map<String, TopicDescription> there = await(admin.describeTopics(names).allTopicNames(), "describe the topics");
        there.values().forEach(topic -> check(topic, partitions));
    }

    private static void check(TopicDescription topic, int partitions) {
        if (topic.partitions().size() != partitions) {
            throw new IllegalStateException(
                    ("Topic %s has %d partitions, but rollcall.kafka.partitions is %d. All topics of an installation have the"
                                    + " same number, and it is never changed in place: set rollcall.kafka.partitions to %d.")
                            .formatted(
                                    topic.name(),
                                    topic.partitions().size(),
                                    partitions,
                                    topic.partitions().size()));
        }
    }

    /** Another service may have been faster, which is just as well. */
    private static void awaitCreated(KafkaFuture<Void> created, String what) {
        try {
            created.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw failed(what, e);
            }
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        } catch (TimeoutException e) {
            throw failed(what, e);
        }
    }

    private static <T> T await(KafkaFuture<T> future, String what) {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw failed(what, e);
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static IllegalStateException failed(String what, Exception e) {
        return new IllegalStateException(
                "Kafka did not " + what + " (" + e
                        + "). Check spring.kafka.bootstrap-servers and the rights of this service.",
                e);
    }

    private static IllegalStateException interrupted(String what, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted while waiting for Kafka to " + what, e);
    }
}
