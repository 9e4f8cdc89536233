package dev.rollcall.schemas;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * The services, and what each does with the topics. Access rules ({@code admin.AccessRules}) and the documents of the topics are made
 * from this table, and a test in each service holds its own use of topics against it.
 */
public enum Service {
    API_GATEWAY(
            "api-gateway",
            EnumSet.of(Topics.CLUSTERS_REQUESTED, Topics.RESTART_REQUESTED, Topics.TASK_CONTROL, Topics.AUDIT_ENTRIES),
            EnumSet.of(
                    Topics.CLUSTERS,
                    Topics.INVENTORY,
                    Topics.RESTART_REQUESTED,
                    Topics.STATUS,
                    Topics.PLAN_EVENTS,
                    Topics.TASKS,
                    Topics.TASK_ODPS,
                    Topics.TASK_EVENTS,
                    Topics.AUDIT)),
    PLANNER_SERVICE(
            "planner-service",
            EnumSet.of(Topics.COMMANDS, Topics.PLAN_EVENTS, Topics.CLUSTERS, Topics.INVENTORY),
            EnumSet.of(
                    Topics.CLUSTERS_REQUESTED,
                    Topics.RESTART_REQUESTED,
                    Topics.TASK_CONTROL,
                    Topics.RESULTS,
                    Topics.STATUS,
                    Topics.TASK_EVENTS)),
    AGENT_SERVICE(
            "agent-service", EnumSet.of(Topics.RESULTS, Topics.STATUS), EnumSet.of(Topics.COMMANDS, Topics.INVENTORY)),
    TASK_SERVICE(
            "task-service",
            EnumSet.of(Topics.TASKS, Topics.TASK_ODPS, Topics.TASK_EVENTS, Topics.AUDIT, Topics.AUDIT_CHECKPOINTS),
            EnumSet.of(
                    Topics.RESTART_REQUESTED,
                    Topics.PLAN_EVENTS,
                    Topics.RESULTS,
                    Topics.AUDIT_ENTRIES,
                    Topics.TASK_CONTROL,
                    Topics.CLUSTERS_REQUESTED,
                    Topics.TASK_EVENTS));

    private final String serviceName;
    private final Set<Topics> writes;
    private final Set<Topics> reads;

    Service(String serviceName, Set<Topics> writes, Set<Topics> reads) {
        this.serviceName = serviceName;
        this.writes = writes;
        this.reads = reads;
    }

    /** Name of the module, and of the program. */
    public String serviceName() {
        return serviceName;
    }

    /** Topics that it writes to. */
    public Set<Topics> writes() {
        return EnumSet.copyOf(writes);
    }

    /** Topics that it reads. */
    public Set<Topics> reads() {
        return EnumSet.copyOf(reads);
    }

    /**
     * Topics whose records it puts into their dead-letter topic when it cannot handle them: all that it reads. The gateway alone
     * buries nothing, since each of its instances reads everything and would write a copy.
     */
    public Set<Topics> buries() {
        return this == API_GATEWAY ? EnumSet.noneOf(Topics.class) : reads();
    }

    /** The service of a name such as {@code api-gateway}. */
    public static Service of(String serviceName) {
        return Arrays.stream(values())
                .filter(service -> service.serviceName.equals(serviceName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "No service of Rollcall is called '" + serviceName + "'; there are "
                                + String.join(
                                        ", ",
                                        Arrays.stream(values())
                                                .map(Service::serviceName)
                                                .toList())));
    }
}
