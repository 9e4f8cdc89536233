package dev.rollcall.planner.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keeps the definitions of clusters: their only writer. */
final class ClusterChanges {
    static final int MAX_ODPS = 10_000;
    private static final int MAX_FAULTS_TOLD = 20;
    private static final Pattern CLUSTER_ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    private static final Pattern ODP_ID = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,128}");
    private static final Pattern NO_SPACE = Pattern.compile("[^\\s\\p{Cntrl}]{1,255}");
    private static final Pattern LAUNCHER =
            Pattern.compile("obproxy|obd|obshell|rpm|command|systemd:[A-Za-z0-9_][A-Za-z0-9:_.@\\\\-]{0,199}");
    private static final Pattern WORD = Pattern.compile("[^\\p{Cntrl}]{0,1024}");
    private static final Pattern PROGRAM = Pattern.compile("(?=[^-])[^\\p{Cntrl}]*/[^\\p{Cntrl}]+");
    private static final Pattern VARIABLE = Pattern.compile("(?!OBPROXY_INHERITED_)[A-Za-z_][A-Za-z0-9_]{0,63}");
    private static final int MOST_WORDS = 32;
    private static final int LONGEST_LAUNCH = 8_192;
    private static final Pattern PATH = Pattern.compile("/[^\\x00-\\x1f\\x7f]{0,1023}");

    private ClusterChanges() {}

    static Decision decide(Draft draft, Input.ClusterChangeRequested request) {
        Cluster cluster = draft.get(new PlanKey.ClusterKey(request.clusterId()));
        if (cluster != null && request.eventId().equals(cluster.lastChange())) {
            return new Decision.Ignored("Change " + request.eventId() + " was applied before");
        }
        List<Rejection> refusals = refusals(request, cluster);
        if (!refusals.isEmpty()) {
            answer(
                    draft,
                    request,
                    PlanEvent.of(
                                    PlanEvent.Type.CLUSTER_CHANGE_REFUSED,
                                    "Refused: " + refusals.get(0).detail())
                            .rejections(refusals)
                            .activeTask(cluster == null ? null : cluster.activeTask())
                            .revision(cluster != null && cluster.present() ? cluster.revision() : 0));
            return draft.rejected(refusals);
        }
        long revision = cluster == null ? 1 : cluster.revision() + 1;
        Set<OdpId> kept = new HashSet<>();
        for (Odp odp : request.odps()) {
            kept.add(odp.odpId());
            Odp stored = odp.atRevision(revision);
            draft.put(new PlanKey.OdpKey(request.clusterId(), odp.odpId()), stored);
            draft.output(new Output.StoreOdp(request.clusterId(), stored, request.eventId()));
        }
        for (Odp before : draft.view().odps(request.clusterId())) {
            if (!kept.contains(before.odpId())) {
                draft.remove(new PlanKey.OdpKey(request.clusterId(), before.odpId()));
                draft.output(new Output.RemoveOdp(request.clusterId(), before.odpId()));
            }
        }
        Cluster stored = new Cluster(
                request.clusterId(),
                revision,
                !request.removal(),
                request.name().isBlank() ? request.clusterId().value() : request.name(),
                request.description(),
                request.labels(),
                request.odps().size(),
                request.requestedBy(),
                cluster == null ? 0 : cluster.epoch(),
                null,
                request.eventId());
        draft.put(new PlanKey.ClusterKey(request.clusterId()), stored);
        draft.output(
                request.removal()
                        ? new Output.RemoveCluster(request.clusterId())
                        : new Output.StoreCluster(stored, request.eventId()));
        answer(
                draft,
                request,
                PlanEvent.of(
                                PlanEvent.Type.CLUSTER_CHANGED,
                                request.removal()
                                        ? "Cluster '" + request.clusterId() + "' is forgotten; no host was touched"
                                        : "Cluster '" + request.clusterId() + "' is stored with "
                                                + Words.count(request.odps().size(), "ODP"))
                        .revision(revision)
                        .odpCount(request.odps().size()));
        return draft.accepted();
    }

    private static void answer(Draft draft, Input.ClusterChangeRequested request, PlanEvent.Builder answer) {
        answer.causedBy(request.eventId()).requestedBy(request.requestedBy());
        draft.output(new Output.Announce(
                answer.build(NameUuid.of("answer", request.eventId()), draft.now(), request.clusterId(), null, 0)));
    }

    private static List<Rejection> refusals(Input.ClusterChangeRequested request, @Nullable Cluster cluster) {
        List<Rejection> refusals = new ArrayList<>();
        List<String> faults = faults(request);
        if (!faults.isEmpty()) {
            String more = faults.size() > MAX_FAULTS_TOLD
                    ? "; and " + (faults.size() - MAX_FAULTS_TOLD) + " more faults"
                    : "";
            refusals.add(Rejection.of(
                    "RC22001",
                    "The definition is not valid: "
                            + String.join("; ", faults.subList(0, Math.min(MAX_FAULTS_TOLD, faults.size()))) + more
                            + ". Correct it and ask again."));
        }
        boolean present = cluster != null && cluster.present();
        if (request.removal() && !present) {
            refusals.add(Rejection.of(
                    "ODP21001", "There is no cluster '" + request.clusterId() + "' that could be forgotten."));
        }
        long revision = cluster != null && present ? cluster.revision() : 0;
        Long base = request.baseRevision();
        if (base != null && base != revision) {
            refusals.add(Rejection.of(
                    "RC22002",
                    revision == 0
                            ? "The change was made on revision " + base + ", but cluster '" + request.clusterId()
                                    + "' does not exist. Read the list of clusters again and decide anew."
                            : "The change was made on revision " + base + ", but cluster '" + request.clusterId()
                                    + "' is at revision " + revision
                                    + ". Read it again, and repeat the change on it."));
        }
        if (cluster != null && cluster.activeTask() != null) {
            refusals.add(Rejection.of(
                    "COM10005",
                    "Cluster '" + request.clusterId() + "' is busy with task " + cluster.activeTask()
                            + ", which uses its definition. Wait until it ends, or cancel it, and ask again."));
        }
        return refusals;
    }

    private static List<String> faults(Input.ClusterChangeRequested request) {
        List<String> faults = new ArrayList<>();
        if (!CLUSTER_ID.matcher(request.clusterId().value()).matches()) {
            faults.add("cluster id '" + request.clusterId() + "' must match " + CLUSTER_ID);
        }
        if (request.removal() && !request.odps().isEmpty()) {
            faults.add("a removal must not name ODPs");
        }
        if (request.odps().size() > MAX_ODPS) {
            faults.add(request.odps().size() + " ODPs are too many, at most " + MAX_ODPS + " are possible");
        }
        Set<OdpId> ids = new HashSet<>();
        Map<String, OdpId> places = new HashMap<>();
        for (Odp odp : request.odps()) {
            faultsOf(odp, faults);
            if (!ids.add(odp.odpId())) {
                faults.add("ODP id '" + odp.odpId() + "' is used twice");
            }
            OdpId other = places.putIfAbsent(odp.host() + "|" + odp.sshPort() + "|" + odp.sqlPort(), odp.odpId());
            if (other != null && !other.equals(odp.odpId())) {
                faults.add("ODPs '" + other + "' and '" + odp.odpId() + "' are both at " + odp.host() + " port "
                        + odp.sqlPort());
            }
        }
        return faults;
    }

    private static void faultsOf(Odp odp, List<String> faults) {
        String name = "ODP '" + odp.odpId() + "': ";
        if (!ODP_ID.matcher(odp.odpId().value()).matches()) {
            faults.add(name + "its id must match " + ODP_ID);
        }
        if (!NO_SPACE.matcher(odp.host()).matches() || odp.host().startsWith("-")) {
            faults.add(name + "host '" + odp.host() + "' is not a host name or address");
        }
        port(name + "sqlPort ", odp.sqlPort(), faults);
        port(name + "sshPort ", odp.sshPort(), faults);
        if (!PATH.matcher(odp.home()).matches()) {
            faults.add(name + "home '" + odp.home() + "' must be an absolute path");
        }
        if (!LAUNCHER.matcher(odp.launcher()).matches()) {
            faults.add(name + "launcher '" + printable(odp.launcher())
                    + "' is none of obproxy, obd, obshell, rpm, command and systemd:UNIT");
        }
        faultsOf(name, odp.launcher().equals("command"), odp.launch(), faults);
        if (odp.sshJump() != null && !NO_SPACE.matcher(odp.sshJump()).matches()) {
            faults.add(name + "sshJump must be [user@]host[:port], several separated by commas");
        }
        if (!NO_SPACE.matcher(odp.sshUser()).matches() || odp.sshUser().startsWith("-")) {
            faults.add(name + "sshUser '" + odp.sshUser() + "' is not a user name");
        }
        if (odp.sshCredential().isBlank()) {
            faults.add(name + "sshCredential is missing");
        }
        if (odp.adminCredential().isBlank()) {
            faults.add(name + "adminCredential is missing");
        }
    }

    private static void faultsOf(String name, boolean byCommand, Launch launch, List<String> faults) {
        if (launch.runAs() != null
                && (!NO_SPACE.matcher(launch.runAs()).matches()
                        || launch.runAs().startsWith("-"))) {
            faults.add(name + "runAs '" + printable(launch.runAs()) + "' is not a user name");
        }
        if (byCommand && launch.startCommand().isEmpty()) {
            faults.add(name + "launcher command needs a startCommand");
        }
        command(name + "startCommand", byCommand, launch.startCommand(), faults);
        command(name + "stopCommand", byCommand, launch.stopCommand(), faults);
        if (launch.environment().size() > MOST_WORDS) {
            faults.add(name + "environment has more than " + MOST_WORDS + " variables");
        }
        if (launch.length() > LONGEST_LAUNCH) {
            faults.add(name + "commands and environment have " + launch.length() + " characters, at most "
                    + LONGEST_LAUNCH + " are possible");
        }
        launch.environment().forEach((variable, value) -> {
            if (!VARIABLE.matcher(variable).matches() || !WORD.matcher(value).matches()) {
                faults.add(name + "environment variable '" + printable(variable)
                        + "' has a name or a value that cannot be one");
            }
        });
    }

    private static void command(String what, boolean byCommand, List<String> words, List<String> faults) {
        if (words.isEmpty()) {
            return;
        }
        if (!byCommand) {
            faults.add(what + " is only used by launcher command");
        }
        if (words.size() > MOST_WORDS
                || !PROGRAM.matcher(words.get(0)).matches()
                || !words.stream().allMatch(word -> WORD.matcher(word).matches())) {
            faults.add(what + " must be the path of a program and its arguments, at most " + MOST_WORDS
                    + " words without control characters");
        }
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static void port(String what, int port, List<String> faults) {
        if (port < 1 || port > 65_535) {
            faults.add(what + port + " must be between 1 and 65535");
        }
    }
}
