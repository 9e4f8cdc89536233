package dev.rollcall.planner.adapter.kafka;

import dev.rollcall.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** The topics the planner reads and writes, there before it starts. */
final class TopicsInPlace {
    private TopicsInPlace() {}

    /** Fails in words when the topics cannot be used. */
    static void ensure(Admin admin, int partitions, short replicas, Duration within) {
        List<Topics> topics = new ArrayList<>(PlannerTopology.SOURCES);
        topics.addAll(PlannerTopology.SINKS);
        new dev.rollcall.schemas.admin.TopicsInPlace(admin, partitions, replicas).ensure(topics, within);
    }
}
