package dev.rollcall.schemas.admin;

import dev.rollcall.schemas.Service;
import dev.rollcall.schemas.Topics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What each service, and each kind of other program, may do in Kafka, as access control entries. Nothing else is needed, so a broker
 * may refuse whatever is not listed ({@code allow.everyone.if.no.acl.found=false}).
 *
 * <p>The rules follow {@link Service}: a program that is not a service cannot write a command, a result or a task, and nobody but the
 * task-service can write the audit. They are pure; {@code rollcall kafka acls} prints or applies them.
 */
public final class AccessRules {

    /** Prefix of consumer groups, transactional ids and internal topics of a service with the settings it comes with. */
    private static final String PLANNER_PREFIX = "rollcall-planner";

    private static final String TASK_PREFIX = "rollcall-task";
    private static final String AGENT_PREFIX = "rollcall-agent";
    private static final String WEBHOOK_PREFIX = "rollcall-webhook-";

    private static final String ANY_HOST = "*";
    private static final String CLUSTER_NAME = "kafka-cluster";

    private final Set<AclBinding> rules = new LinkedHashSet<>();
    private final String principal;

    private AccessRules(String principal) {
        if (!principal.matches("[A-Za-z]+:.+")) {
            throw new IllegalArgumentException(
                    "'%s' is no Kafka principal: expected a type and a name, such as User:planner"
                            .formatted(principal));
        }
        this.principal = principal;
    }

    /**
     * What a service needs.
     *
     * @param principal as the broker names it, such as {@code User:planner}
     * @param createsTopics whether the service may create the topics that are missing; otherwise {@code rollcall kafka topics} has to
     */
    public static List<AclBinding> of(Service service, String principal, boolean createsTopics) {
        AccessRules access = new AccessRules(principal);
        service.reads().forEach(topic -> access.reads(topic.topicName()));
        service.writes().forEach(topic -> access.writes(topic.topicName()));
        service.buries().forEach(topic -> access.writes(topic.deadLetterName()));
        // Each service compares the partition counts of all topics that it uses, their dead-letter topics included.
        for (Set<Topics> used : List.of(service.reads(), service.writes())) {
            used.forEach(topic -> {
                access.describes(topic.topicName());
                access.describes(topic.deadLetterName());
                if (createsTopics) {
                    access.allow(ResourceType.TOPIC, topic.topicName(), PatternType.LITERAL, AclOperation.CREATE);
                    access.allow(ResourceType.TOPIC, topic.deadLetterName(), PatternType.LITERAL, AclOperation.CREATE);
                }
            });
        }
        switch (service) {
            case API_GATEWAY -> access.group(WEBHOOK_PREFIX, PatternType.PREFIXED);
            case AGENT_SERVICE -> access.group(AGENT_PREFIX, PatternType.PREFIXED);
            case PLANNER_SERVICE -> access.streams(PLANNER_PREFIX);
            case TASK_SERVICE -> access.streams(TASK_PREFIX);
        }
        return access.list();
    }

    /**
     * A program that may ask for restarts by writing to Kafka, and follow them. The topic's rule stands in for the role
     * {@code OBPROXY_MANAGER}: whoever has it may restart every cluster.
     */
    public static List<AclBinding> ofRequester(String principal, String groupPrefix) {
        AccessRules access = new AccessRules(principal);
        access.writes(Topics.RESTART_REQUESTED.topicName());
        access.follow(groupPrefix);
        return access.list();
    }

    /** A dashboard: reads the tasks, their ODPs, the timeline, clusters and status, in groups whose names begin with the prefix. */
    public static List<AclBinding> ofDashboard(String principal, String groupPrefix) {
        AccessRules access = new AccessRules(principal);
        access.follow(groupPrefix);
        return access.list();
    }

    /** What dashboards may see. Audit, commands and requests are left out: they are nobody's business but Rollcall's. */
    public static final List<Topics> FOR_DASHBOARDS = List.of(
            Topics.CLUSTERS, Topics.INVENTORY, Topics.STATUS, Topics.TASKS, Topics.TASK_ODPS, Topics.TASK_EVENTS);

    private void follow(String groupPrefix) {
        FOR_DASHBOARDS.forEach(topic -> reads(topic.topicName()));
        group(groupPrefix, PatternType.PREFIXED);
    }

    /** Kafka Streams with exactly_once_v2: internal topics, a group and transactional ids that begin with the application id. */
    private void streams(String applicationId) {
        for (AclOperation operation : List.of(
                AclOperation.CREATE,
                AclOperation.READ,
                AclOperation.WRITE,
                AclOperation.DESCRIBE,
                AclOperation.DESCRIBE_CONFIGS,
                // Streams deletes what it has read of its repartition topic; it never deletes a topic.
                AclOperation.DELETE)) {
            allow(ResourceType.TOPIC, applicationId, PatternType.PREFIXED, operation);
        }
        group(applicationId, PatternType.PREFIXED);
        allow(ResourceType.TRANSACTIONAL_ID, applicationId, PatternType.PREFIXED, AclOperation.WRITE);
        allow(ResourceType.TRANSACTIONAL_ID, applicationId, PatternType.PREFIXED, AclOperation.DESCRIBE);
        allow(ResourceType.CLUSTER, CLUSTER_NAME, PatternType.LITERAL, AclOperation.DESCRIBE);
    }

    private void reads(String topic) {
        allow(ResourceType.TOPIC, topic, PatternType.LITERAL, AclOperation.READ);
        describes(topic);
    }

    private void writes(String topic) {
        allow(ResourceType.TOPIC, topic, PatternType.LITERAL, AclOperation.WRITE);
        describes(topic);
    }

    private void describes(String topic) {
        allow(ResourceType.TOPIC, topic, PatternType.LITERAL, AclOperation.DESCRIBE);
    }

    private void group(String name, PatternType pattern) {
        allow(ResourceType.GROUP, name, pattern, AclOperation.READ);
        allow(ResourceType.GROUP, name, pattern, AclOperation.DESCRIBE);
    }

    private void allow(ResourceType type, String name, PatternType pattern, AclOperation operation) {
        rules.add(new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry(principal, ANY_HOST, operation, AclPermissionType.ALLOW)));
    }

    private List<AclBinding> list() {
        return List.copyOf(rules);
    }
}
