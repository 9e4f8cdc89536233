package dev.rollcall.task.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The sentences of the timeline: what happened, where, and why. */
final class Words {

    private static final int MAX_NAMES = 50;
    private static final String CODE = "ROLL_CALL";

    static String requested(TaskInput.Requested request) {
        return "%s asked for a %s%s of %s of cluster %s%s"
                .formatted(
                        request.requestedBy(),
                        request.dryRun() ? "dry run of a " : "",
                        mode(request.mode()),
                        request.odps() == 0 ? "all ODPs" : odps(request.odps()),
                        request.clusterId(),
                        request.reason().isBlank() ? "" : ": " + request.reason());
    }

    static String accepted(TaskInput.Planned event) {
        return "Accepted: %s of %s, one task at a time on cluster %s"
                .formatted(mode(event.mode()), odps(event.odpCount()), event.clusterId());
    }

    static String rejected(List<Rejection> rejections, String message) {
        if (rejections.isEmpty()) {
            return message.isBlank() ? "the planner gave no reason" : message;
        }
        return rejections.stream()
                .map(rejection -> rejection.code() + " " + rejection.detail())
                .collect(Collectors.joining("; "));
    }

    static String planned(List<Integer> sizes, int total) {
        if (sizes.size() <= 1) {
            return "Planned: %s in one batch".formatted(odps(total));
        }
        String shown = sizes.stream().limit(20).map(String::valueOf).collect(Collectors.joining(", "));
        return "Planned: %s in %d batches of %s%s"
                .formatted(odps(total), sizes.size(), shown, sizes.size() > 20 ? ", ..." : "");
    }

    static String phase(Phase phase) {
        return switch (phase) {
            case PRECHECK -> "Precheck: every ODP of the cluster is looked at, nothing is touched";
            case RESTART -> "Restart: batch by batch, new connections go on being served";
            case STOP -> "Stop: the targeted ODPs are stopped, their clients are cut";
            case START -> "Start: the stopped ODPs are started again";
            case DRAIN -> "Drain: waiting for the old processes to finish their connections";
            case ROLL_CALL -> "Roll call: every targeted ODP is asked once more";
            case UNKNOWN -> "A phase that this version does not know";
        };
    }

    static String batchStarted(int number, List<Batch> batches) {
        return "Batch %s started%s".formatted(of(number, batches), size(number, batches));
    }

    static String batchFinished(int number, List<Batch> batches) {
        return "Batch %s finished".formatted(of(number, batches));
    }

    static String rollCallStarted(int round, int total) {
        return "Roll call%s: %s asked for an answer from a new process"
                .formatted(round > 1 ? " " + round : "", odps(total));
    }

    static String step(OdpRow row) {
        String again = row.attempts() > 1 ? " (attempt %d)".formatted(row.attempts()) : "";
        String what = switch (row.state()) {
            case RESTARTING -> "hot restart begins%s, %s is to hand over".formatted(again, process(row.oldProcess()));
            case STOPPING -> "being stopped%s".formatted(again);
            case STOPPED -> "stopped";
            case STARTING -> "being started%s".formatted(again);
            case PRECHECKED -> "was never stopped, %s still serves".formatted(process(row.oldProcess()));
            case PENDING, SERVING, DRAINING, RUNNING, FAILED, SKIPPED ->
                row.state().name();
        };
        return row.odpId() + ": " + what;
    }

    static String serving(OdpRow row) {
        String how = row.inherited() == null
                ? ""
                : row.inherited() ? ", it inherited the listening socket" : ", it was started cold";
        return "%s: %s serves new logins%s%s"
                .formatted(row.odpId(), version(process(row.newProcess()), row.newVersion()), how, business(row));
    }

    static String drained(OdpRow row) {
        Long cut = row.clientsCut();
        String clients = cut == null
                ? "how many connections were cut is unknown"
                : cut == 0
                        ? "no connection was cut"
                        : cut == 1 ? "1 connection was cut" : "%d connections were cut".formatted(cut);
        return "%s: old %s is gone, %s".formatted(row.odpId(), process(row.oldProcess()), clients);
    }

    static String restarted(OdpRow row) {
        String time = row.startedAt() == null || row.finishedAt() == null
                ? ""
                : " in " + duration(row.startedAt(), row.finishedAt());
        return "%s: restarted%s, %s%s"
                .formatted(
                        row.odpId(),
                        time,
                        row.oldProcess() == null ? "no process before" : process(row.oldProcess()) + " before",
                        row.newProcess() == null
                                ? ""
                                : ", " + version(process(row.newProcess()), row.newVersion()) + " now");
    }

    static String failed(OdpRow row) {
        Failure failure = row.failure();
        return "%s: failed%s: %s"
                .formatted(
                        row.odpId(),
                        row.step() == null ? "" : " at " + row.step(),
                        failure == null ? "no reason was given" : withAdvice(failure));
    }

    static String skipped(OdpRow row, @Nullable String actor) {
        return "%s: skipped by %s%s"
                .formatted(
                        row.odpId(),
                        actor == null ? "the planner" : actor,
                        row.failure() == null
                                ? ""
                                : ", after it failed: " + row.failure().detail());
    }

    static String answered(OdpRow row) {
        return "%s: answered the roll call, Running in %s%s"
                .formatted(row.odpId(), version(process(row.newProcess()), row.newVersion()), business(row));
    }

    static String control(ControlKind control, boolean applied, @Nullable String actor, String why) {
        String who = actor == null ? "Somebody" : actor;
        return "%s %s %s%s"
                .formatted(who, applied ? "gave the order" : "was refused", control, why.isBlank() ? "" : ": " + why);
    }

    static String withAdvice(Failure failure) {
        return failure.advice() == null || failure.advice().isBlank()
                ? failure.detail()
                : failure.detail() + " Next: " + failure.advice();
    }

    /** The last line, such as {@code COMPLETED 6/6 restarted in 34 s}. */
    static String ended(
            TaskState state, int restarted, int total, @Nullable Instant startedAt, Instant at, String why) {
        return "%s %d/%d restarted%s%s"
                .formatted(
                        state,
                        restarted,
                        total,
                        startedAt == null ? "" : " in " + duration(startedAt, at),
                        why.isBlank() ? "" : ": " + why);
    }

    static String endedBefore(TaskState state, String why) {
        return "%s: %s".formatted(state, why);
    }

    /** Why the verdict is not COMPLETED; the names of those that did not answer, at most 50 of them. */
    static Failure verdict(List<OdpRow> missing, int missingCount, int total) {
        String names = missing.stream()
                .map(row -> "%s (%s)".formatted(row.odpId(), row.state()))
                .collect(Collectors.joining(", "));
        int more = missingCount - missing.size();
        return Failure.of(
                FailureCategory.TARGET,
                CODE,
                "%d of %s did not answer the roll call from a new process%s%s%s"
                        .formatted(
                                missingCount,
                                odps(total),
                                names.isEmpty() ? "" : ": ",
                                names,
                                more > 0 && !names.isEmpty() ? " and %d more".formatted(more) : ""),
                "look at the rows of these ODPs, mend their hosts and restart just them");
    }

    static int maxNames() {
        return MAX_NAMES;
    }

    static Failure notAnswered(OdpId odpId, ProbeReport answer, @Nullable ProcessIdentity baseline) {
        OdpFacts facts = answer.facts();
        String why;
        if (facts == null) {
            why = "the agent could not say what it saw";
        } else if (facts.state() != ObservedState.RUNNING || facts.process() == null) {
            why = "it is %s%s".formatted(facts.state(), facts.detail() == null ? "" : ", " + facts.detail());
        } else if (facts.process().sameAs(baseline)) {
            why = "%s of before the task still serves".formatted(process(facts.process()));
        } else {
            why = "a setting that was changed for the restart has not its old value again";
        }
        return Failure.of(
                FailureCategory.TARGET,
                CODE,
                "ODP %s did not answer the roll call as restarted: %s".formatted(odpId, why),
                "look at the ODP on its host, then restart just this one");
    }

    static Failure sameProcess(OdpId odpId, @Nullable ProcessIdentity baseline) {
        return Failure.of(
                FailureCategory.TARGET,
                CODE,
                "ODP %s was reported restarted, but %s of before the task still serves"
                        .formatted(odpId, process(baseline)),
                "look at the ODP on its host, then retry");
    }

    static Failure noReason(OdpId odpId, @Nullable Dispatch work) {
        return Failure.of(
                FailureCategory.PLATFORM,
                work == null ? "UNKNOWN" : work.step(),
                "ODP %s failed and the agent gave no reason".formatted(odpId),
                "look at the agent's log");
    }

    static String odps(int count) {
        return count == 1 ? "1 ODP" : count + " ODPs";
    }

    /** Whole seconds, rounded up: no restart takes no time. */
    static String duration(Instant from, Instant to) {
        long millis = Math.max(0, Duration.between(from, to).toMillis());
        long seconds = Math.max(1, (millis + 999) / 1000);
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200
                ? "%d min %d s".formatted(seconds / 60, seconds % 60)
                : "%d h %d min".formatted(seconds / 3600, seconds % 3600 / 60);
    }

    private static String mode(RestartMode mode) {
        return switch (mode) {
            case RESTART -> "RESTART";
            case FORCE_RESTART -> "FORCE_RESTART";
            case UNKNOWN -> "restart of an unknown mode";
        };
    }

    private static String process(@Nullable ProcessIdentity process) {
        return process == null ? "a process" : "process " + process.pid();
    }

    private static String version(String process, @Nullable String version) {
        return version == null ? process : "%s (%s)".formatted(process, version);
    }

    private static String business(OdpRow row) {
        return row.businessPathChecked() ? "" : "; business path not checked";
    }

    private static String of(int number, List<Batch> batches) {
        return batches.isEmpty() || number > batches.size()
                ? String.valueOf(number)
                : "%d of %d".formatted(number, batches.size());
    }

    private static String size(int number, List<Batch> batches) {
        return number < 1 || number > batches.size()
                ? ""
                : ": " + odps(batches.get(number - 1).size());
    }

    private Words() {}
}
