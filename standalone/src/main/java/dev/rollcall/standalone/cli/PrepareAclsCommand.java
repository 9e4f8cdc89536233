package dev.rollcall.standalone.cli;

import dev.rollcall.schemas.Service;
import dev.rollcall.schemas.admin.AccessRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.resource.PatternType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints or applies the access rules. */
@Command(
        name = "acls",
        description = {
            "Prints what each service and program may do in Kafka, as a script of kafka-acls.sh; applies it with --apply.",
            "Rules are added, none is taken away. They do something where the broker has an authorizer and",
            "allow.everyone.if.no.acl.found=false."
        })
final class PrepareAclsCommand extends KafkaCommand {

    @Option(
            names = "--service",
            paramLabel = "SERVICE=PRINCIPAL",
            description =
                    "Principal of api-gateway, planner-service, agent-service or task-service, such as planner-service=User:planner. Default: all four, as User:SERVICE.")
    private @Nullable Map<String, String> services;

    @Option(
            names = "--requester",
            paramLabel = "PRINCIPAL=GROUP-PREFIX",
            description = "A program that may ask for restarts by Kafka, of every cluster, and follow them.")
    private Map<String, String> requesters = new LinkedHashMap<>();

    @Option(
            names = "--dashboard",
            paramLabel = "PRINCIPAL=GROUP-PREFIX",
            description = "A program that follows tasks, clusters and status.")
    private Map<String, String> dashboards = new LinkedHashMap<>();

    @Option(
            names = "--creates-topics",
            description = "The services may create topics; without it, rollcall kafka topics has to.")
    private boolean createsTopics;

    @Option(names = "--apply", description = "Add the rules to Kafka instead of printing them.")
    private boolean apply;

    @Override
    int run(Map<String, Object> client) throws InterruptedException {
        List<AclBinding> rules = rules();
        if (!apply) {
            script(rules).forEach(line -> out().line("%s", line));
            return ExitCodes.DONE;
        }
        try (Admin admin = Admin.create(client)) {
            admin.createAcls(rules).all().get();
            out().line("%d rules are in place", rules.size());
            return ExitCodes.DONE;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SecurityDisabledException) {
                err().line(
                                "rollcall: the broker has no authorizer, so rules would do nothing: set authorizer.class.name there first");
                return ExitCodes.REFUSED;
            }
            if (e.getCause() instanceof AuthorizationException refused) {
                err().line(
                                "rollcall: Kafka refuses: %s. Use a principal that may alter the cluster",
                                String.valueOf(refused.getMessage()));
                return ExitCodes.REFUSED;
            }
            throw new KafkaException(e.getCause());
        }
    }

    private List<AclBinding> rules() {
        Map<String, String> principals = new LinkedHashMap<>();
        if (services == null) {
            for (Service service : Service.values()) {
                principals.put(service.serviceName(), "User:" + service.serviceName());
            }
        } else {
            principals.putAll(services);
        }
        Set<AclBinding> rules = new LinkedHashSet<>();
        principals.forEach(
                (name, principal) -> rules.addAll(AccessRules.of(Service.of(name), principal, createsTopics)));
        requesters.forEach((principal, prefix) -> rules.addAll(AccessRules.ofRequester(principal, prefix)));
        dashboards.forEach((principal, prefix) -> rules.addAll(AccessRules.ofDashboard(principal, prefix)));
        return List.copyOf(rules);
    }

    /** One call for each principal and resource, with all its operations. */
    private static List<String> script(List<AclBinding> rules) {
        Map<String, Set<String>> operations = new LinkedHashMap<>();
        for (AclBinding rule : rules) {
            StringBuilder call = new StringBuilder(
                    "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP\" --command-config \"$ADMIN\" --add");
            call.append(" --allow-principal ").append(quoted(rule.entry().principal()));
            String name = rule.pattern().name();
            call.append(
                    switch (rule.pattern().resourceType()) {
                        case TOPIC -> " --topic " + quoted(name);
                        case GROUP -> " --group " + quoted(name);
                        case TRANSACTIONAL_ID -> " --transactional-id " + quoted(name);
                        case CLUSTER -> " --cluster";
                        case UNKNOWN, ANY, DELEGATION_TOKEN, USER ->
                            throw new IllegalStateException("No rule is about " + rule.pattern());
                    });
            if (rule.pattern().patternType() == PatternType.PREFIXED) {
                call.append(" --resource-pattern-type prefixed");
            }
            operations
                    .computeIfAbsent(call.toString(), key -> new LinkedHashSet<>())
                    .add("--operation " + camelCase(rule.entry().operation().name()));
        }
        List<String> script = new ArrayList<>(List.of(
                "#!/bin/sh",
                "# BOOTSTRAP: a broker; ADMIN: file with the settings of a client that may alter the cluster",
                "set -eu"));
        operations.forEach((call, allowed) -> script.add(call + " " + String.join(" ", allowed)));
        return script;
    }

    /** As kafka-acls.sh calls it: DescribeConfigs. */
    private static String camelCase(String operation) {
        StringBuilder name = new StringBuilder();
        for (String word : operation.split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
