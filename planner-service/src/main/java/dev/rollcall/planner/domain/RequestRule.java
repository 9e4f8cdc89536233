package dev.rollcall.planner.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The rules that a request must keep before anything is looked at; all of them are asked, and every refusal is told. */
enum RequestRule {
    REQUEST_IS_WELL_FORMED("RC22001") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            Input.RestartRequested request = asked.request();
            List<String> faults = new ArrayList<>(
                    BatchPlan.faults("batching.sizes", request.batching().sizes()));
            if (request.mode() == null) {
                faults.add("mode is neither RESTART nor FORCE_RESTART");
            }
            if (!UUID.matcher(request.taskId().value()).matches()) {
                faults.add("taskId is not a UUID");
            }
            if (request.batching().maxFailures() < 0) {
                faults.add("batching.maxFailures must be 0 or more");
            }
            Batching batching = request.batching();
            if (batching.groupBy() == BatchGroup.UNKNOWN) {
                faults.add("batching.groupBy is neither NONE nor ZONE");
            }
            if (batching.minRunning() != null) {
                faults.addAll(BatchPlan.faults("batching.minRunning", List.of(batching.minRunning())));
            }
            if (batching.settleMillis() < 0 || batching.settle().compareTo(LONGEST_SETTLE) > 0) {
                faults.add("batching.settle must be between 0 and " + words(LONGEST_SETTLE));
            }
            String version = request.expectedVersion();
            if (version != null && !VERSION.matcher(version).matches()) {
                faults.add("expectedVersion '" + version + "' is no version such as 4.3.1.0");
            }
            Instant now = asked.draft().now();
            Instant begin = request.notBefore();
            if (begin != null && begin.isAfter(now.plus(LONGEST_WAIT))) {
                faults.add("notBefore " + begin + " is more than " + words(LONGEST_WAIT) + " ahead");
            }
            if (begin != null && request.notAfter() != null && !begin.isBefore(request.notAfter())) {
                faults.add("notAfter " + request.notAfter() + " must be later than notBefore " + begin);
            }
            Long micros = request.exitTimeoutMicros();
            if (micros != null && (micros < -1 || micros > MAX_EXIT_TIMEOUT_MICROS)) {
                faults.add("hotUpgradeExitTimeout must be between 0 and 24 hours, or -1 for no limit");
            }
            if (request.odps().size() > MAX_SUBSET) {
                faults.add(request.odps().size() + " ODPs are named, at most " + MAX_SUBSET
                        + " are possible; leave the list out to restart all of the cluster");
            }
            Set<OdpId> seen = new HashSet<>();
            for (OdpId odp : request.odps()) {
                if (!seen.add(odp)) {
                    faults.add("ODP " + odp + " is named twice");
                    break;
                }
            }
            return faults.isEmpty()
                    ? Optional.empty()
                    : refusal("The request is not valid: " + String.join("; ", faults) + ". Correct it and ask again.");
        }
    },
    REQUEST_IS_ON_ITS_PARTITION("RC22001") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            return asked.request().onItsPartition()
                    ? Optional.empty()
                    : refusal("The request was written under another key or to another partition than its cluster '"
                            + asked.request().clusterId()
                            + "' belongs to. Use the cluster id as the record key and Kafka's default partitioner.");
        }
    },
    REQUEST_IS_FRESH("RC22004") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            Instant now = asked.draft().now();
            Instant end = asked.request().notAfter();
            if (end != null && end.isBefore(now)) {
                return refusal("The window of the request ended at " + end
                        + ", and no batch begins after it. Nothing was touched; ask again with a later notAfter.");
            }
            Instant begin = asked.request().occurredAt();
            if (asked.request().notBefore() != null
                    && asked.request().notBefore().isAfter(begin)) {
                begin = asked.request().notBefore();
            }
            Duration age = Duration.between(begin, now);
            Duration most = asked.draft().settings().maxRequestAge();
            return age.compareTo(most) <= 0
                    ? Optional.empty()
                    : refusal("The request is " + words(age) + " old, and one older than " + words(most)
                            + " is not begun any more. Nothing was touched; ask again if it is still wanted.");
        }
    },
    CLUSTER_EXISTS("ODP21001") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            return asked.exists()
                    ? Optional.empty()
                    : refusal("There is no cluster '" + asked.request().clusterId()
                            + "'. Look at the list of clusters, or define it first.");
        }
    },
    CLUSTER_HAS_ODPS("ODP21115") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            return !asked.exists() || !asked.odps().isEmpty()
                    ? Optional.empty()
                    : refusal("Cluster '" + asked.request().clusterId()
                            + "' has no ODP, so there is nothing to restart. Add its ODPs to the definition.");
        }
    },
    TARGETED_ODPS_EXIST("ODP21019") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            if (!asked.exists()) {
                return Optional.empty();
            }
            Set<OdpId> known = new HashSet<>();
            asked.odps().forEach(odp -> known.add(odp.odpId()));
            List<OdpId> unknown = asked.request().odps().stream()
                    .filter(odp -> !known.contains(odp))
                    .distinct()
                    .toList();
            return unknown.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Rejection(
                            code(),
                            "Cluster '" + asked.request().clusterId() + "' has no ODP " + Words.names(unknown)
                                    + ". Name ODPs of the cluster by their ids, or none for all.",
                            unknown,
                            unknown.size()));
        }
    },
    CLUSTER_HAS_NO_OTHER_TASK("COM10005") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            Cluster cluster = asked.cluster();
            boolean free = cluster == null || asked.draft().safeguards().isFree(cluster);
            TaskId active = cluster == null ? null : cluster.activeTask();
            return free || asked.request().dryRun()
                    ? Optional.empty()
                    : refusal("Cluster '" + asked.request().clusterId() + "' is busy with task " + active
                            + ". Wait until it ends, or cancel it, and ask again.");
        }
    },
    DRAIN_TIME_IS_FOR_RESTART("RC22002") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            return asked.request().mode() == RestartMode.FORCE_RESTART
                            && asked.request().exitTimeoutMicros() != null
                    ? refusal("A FORCE_RESTART stops ODPs without draining, so hotUpgradeExitTimeout has no meaning."
                            + " Leave it out, or use RESTART.")
                    : Optional.empty();
        }
    },
    CUTTING_CLIENTS_IS_CONFIRMED("RC22002") {
        @Override
        Optional<Rejection> refuses(Asked asked) {
            Input.RestartRequested request = asked.request();
            Long micros = request.exitTimeoutMicros();
            boolean cuts =
                    request.mode() == RestartMode.FORCE_RESTART || micros != null && micros >= 0 && micros < 1_000_000;
            return !cuts || request.dryRun() || request.clusterId().value().equals(request.confirm())
                    ? Optional.empty()
                    : refusal("This cuts the connections of clients. Repeat the cluster id '" + request.clusterId()
                            + "' in 'confirm' to say that it is meant.");
        }
    };

    /**
     * What the rules look at.
     *
     * @param cluster null: never heard of
     */
    record Asked(
            Draft draft,
            Input.RestartRequested request,
            @org.jspecify.annotations.Nullable Cluster cluster,
            List<Odp> odps) {
        boolean exists() {
            return cluster != null && cluster.present();
        }
    }

    static final long MAX_EXIT_TIMEOUT_MICROS = 86_400_000_000L;
    static final int MAX_SUBSET = 1_000;
    static final Duration LONGEST_SETTLE = Duration.ofHours(1);
    static final Duration LONGEST_WAIT = Duration.ofDays(7);
    private static final Pattern VERSION = Pattern.compile(OdpVersion.FORM);
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final String code;

    RequestRule(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }

    abstract Optional<Rejection> refuses(Asked asked);

    Optional<Rejection> refusal(String detail) {
        return Optional.of(Rejection.of(code, detail));
    }

    static List<Rejection> refusals(Asked asked) {
        List<Rejection> refusals = new ArrayList<>();
        for (RequestRule rule : values()) {
            rule.refuses(asked).ifPresent(refusals::add);
        }
        return refusals;
    }

    private static String words(Duration duration) {
        return Words.of(duration);
    }
}
