package dev.rollcall.planner.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The rules that what the precheck saw must keep; all of them are asked, and every refusal is told. */
enum PrecheckRule {
    AN_AGENT_ANSWERED("RC22003") {
        @Override
        Optional<Rejection> refuses(Seen seen) {
            return seen.heard() > 0
                    ? Optional.empty()
                    : Optional.of(Rejection.of(
                            code(),
                            "No agent took up the precheck, so nothing is known about the ODPs and nothing was touched."
                                    + " Check that an agent-service runs and reads odp.commands.v1, then ask again."));
        }
    },
    EVERY_ODP_RUNS("ODP21017") {
        @Override
        Optional<Rejection> refuses(Seen seen) {
            return seen.heard() == 0 || seen.mode() != RestartMode.RESTART
                    ? Optional.empty()
                    : blockedBy(
                            seen.cluster(),
                            run -> run.facts == null || !run.facts.running(),
                            run -> run.odpId + " is " + stateOf(run),
                            "RESTART needs every ODP of the cluster Running: ",
                            ". Bring these up first, or use FORCE_RESTART.");
        }
    },
    VERSION_ALLOWS_HOT_RESTART("ODP21018") {
        @Override
        Optional<Rejection> refuses(Seen seen) {
            Optional<OdpVersion> least = OdpVersion.parse(seen.minVersion());
            return seen.mode() != RestartMode.RESTART || least.isEmpty()
                    ? Optional.empty()
                    : blockedBy(
                            seen.targeted(),
                            run -> run.facts != null
                                    && run.facts.running()
                                    && Optional.ofNullable(run.facts.version())
                                            .flatMap(OdpVersion::parse)
                                            .filter(version -> version.compareTo(least.get()) >= 0)
                                            .isEmpty(),
                            run -> run.odpId + " has "
                                    + (run.facts == null || run.facts.version() == null
                                            ? "an unknown version"
                                            : "version " + run.facts.version()),
                            "RESTART needs version " + seen.minVersion() + " or later: ",
                            ". Use FORCE_RESTART for these.");
        }
    },
    NOTHING_SPEAKS_AGAINST_HOT_RESTART("RC22002") {
        @Override
        Optional<Rejection> refuses(Seen seen) {
            return seen.mode() != RestartMode.RESTART
                    ? Optional.empty()
                    : blockedBy(
                            seen.targeted(),
                            run -> run.facts != null
                                    && run.facts.running()
                                    && (!run.facts.hotRestartBlockers().isEmpty() || run.facts.hotRestartInProgress()),
                            run -> run.odpId + ": "
                                    + (run.facts == null
                                                    || run.facts
                                                            .hotRestartBlockers()
                                                            .isEmpty()
                                            ? "a hot restart is already going on"
                                            : String.join(", ", run.facts.hotRestartBlockers())),
                            "A hot restart would not work: ",
                            ". Mend this first, or use FORCE_RESTART.");
        }
    },
    BATCH_KEEPS_MINIMUM_RUNNING("RC22002") {
        @Override
        Optional<Rejection> refuses(Seen seen) {
            long running = seen.cluster().stream().filter(run -> run.up).count();
            long toBring = seen.targeted().stream().filter(run -> !run.up).count();
            boolean takesDown = seen.targeted().stream().anyMatch(run -> run.up);
            return seen.heard() == 0 || !takesDown || running + toBring - 1 >= seen.minimum()
                    ? Optional.empty()
                    : Optional.of(Rejection.of(
                            code(),
                            "batching.minRunning asks that " + seen.minimum() + " of "
                                    + Words.count(seen.cluster().size(), "ODP") + " keep running, and " + running
                                    + " run now, so that none may ever be taken down. Ask for fewer, or bring others up"
                                    + " first."));
        }
    },
    EVERY_HOST_WAS_REACHED("RC22002") {
        @Override
        Optional<Rejection> refuses(Seen seen) {
            return seen.heard() == 0 || seen.mode() != RestartMode.FORCE_RESTART
                    ? Optional.empty()
                    : blockedBy(
                            seen.targeted(),
                            run -> run.facts == null,
                            run -> run.odpId + " (" + (run.failure == null ? "no answer" : run.failure.detail()) + ")",
                            "FORCE_RESTART stops only what it can start again, and these were not reached: ",
                            ". Mend the way to their hosts, or leave them out by naming the others in 'odps'.");
        }
    },
    EVERY_ODP_CAN_BE_STARTED_AGAIN("RC22002") {
        @Override
        Optional<Rejection> refuses(Seen seen) {
            return seen.mode() != RestartMode.FORCE_RESTART
                    ? Optional.empty()
                    : blockedBy(
                            seen.targeted(),
                            run -> run.facts != null
                                    && !run.facts.startBlockers().isEmpty(),
                            run -> run.odpId + ": "
                                    + (run.facts == null ? "" : String.join(", ", run.facts.startBlockers())),
                            "FORCE_RESTART stops only what it can start again: ",
                            ". Mend this first, or leave them out by naming the others in 'odps'.");
        }
    };

    /**
     * What the precheck saw.
     *
     * @param heard ODPs whose probe was taken up by any agent
     * @param minimum how many ODPs of the cluster must keep running; 0: nobody asked for it
     */
    record Seen(
            RestartMode mode,
            String minVersion,
            int heard,
            int minimum,
            List<RunWork> cluster,
            List<RunWork> targeted) {}

    private final String code;

    PrecheckRule(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }

    abstract Optional<Rejection> refuses(Seen seen);

    static List<Rejection> refusals(Seen seen) {
        List<Rejection> refusals = new ArrayList<>();
        for (PrecheckRule rule : values()) {
            rule.refuses(seen).ifPresent(refusals::add);
        }
        return refusals;
    }

    static List<RuleVerdict> verdicts(Seen seen) {
        List<RuleVerdict> verdicts = new ArrayList<>();
        for (PrecheckRule rule : values()) {
            Optional<Rejection> refusal = rule.refuses(seen);
            verdicts.add(new RuleVerdict(
                    rule.name(),
                    rule.code(),
                    refusal.isEmpty(),
                    refusal.map(Rejection::detail).orElse("")));
        }
        return verdicts;
    }

    Optional<Rejection> blockedBy(
            List<RunWork> runs,
            Predicate<RunWork> blocks,
            Function<RunWork, String> words,
            String before,
            String after) {
        List<RunWork> blocking = runs.stream().filter(blocks).toList();
        if (blocking.isEmpty()) {
            return Optional.empty();
        }
        List<String> named =
                blocking.stream().limit(Rejection.MAX_NAMED).map(words).toList();
        String more = blocking.size() > named.size() ? " and " + (blocking.size() - named.size()) + " more" : "";
        return Optional.of(new Rejection(
                code,
                before + String.join("; ", named) + more + after,
                blocking.stream().map(run -> run.odpId).toList(),
                blocking.size()));
    }

    private static String stateOf(RunWork run) {
        if (run.facts != null) {
            return run.facts.state() == OdpState.RUNNING ? "RUNNING without a known process" : run.facts.inWords();
        }
        return run.failure == null ? OdpState.UNKNOWN.name() : OdpState.UNKNOWN + " (" + run.failure.detail() + ")";
    }
}
