package dev.rollcall.gateway.domain;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway can say about the rules of the job from what it knows. The planner decides; here only what is already
 * certain is refused, and what is unknown or stale never is.
 *
 * @param oldestForHotRestart lowest version that knows how to restart hot (rule R4)
 */
public record Rules(Version oldestForHotRestart) {

    private static final int MOST_NAMES = 50;

    /**
     * What is possible on a cluster now.
     *
     * @param recommended the mode to prefer; null when none is possible
     */
    public record Eligibility(
            List<ModeVerdict> modes, @Nullable Mode recommended) {
        public Eligibility {
            modes = List.copyOf(modes);
        }
    }

    /**
     * Whether a mode is possible.
     *
     * @param refusal why not; null when it is possible
     * @param note what is not known although the mode is possible; null when nothing is missing
     */
    public record ModeVerdict(
            Mode mode, @Nullable Refusal refusal, @Nullable Refusal note) {
        public boolean allowed() {
            return refusal == null;
        }
    }

    /**
     * What a person can ask for now, of all ODPs of the cluster: what the planner's precheck would say if it saw what was last seen.
     * More than the early refusals, since a state that is fresh is told as it is; where nothing fresh is known, the mode is allowed with
     * a note.
     */
    public Eligibility eligibility(ClusterNow now) {
        List<ModeVerdict> verdicts = List.of(verdict(Mode.RESTART, now), verdict(Mode.FORCE_RESTART, now));
        Mode recommended = verdicts.stream()
                .filter(ModeVerdict::allowed)
                .map(ModeVerdict::mode)
                .findFirst()
                .orElse(null);
        return new Eligibility(verdicts, recommended);
    }

    private ModeVerdict verdict(Mode mode, ClusterNow now) {
        List<Refusal> refusals = new ArrayList<>();
        add(refusals, clusterHasOdps(now));
        add(refusals, clusterHasNoOtherTask(now));
        if (mode == Mode.RESTART) {
            add(refusals, everyOdpRuns(now, odp -> odp.fresh() && !odp.runs() && odp.state() != OdpState.UNKNOWN));
            add(refusals, versionAllowsHotRestart(now, now.odps(), this::mayBeTooOld));
            add(refusals, nothingBlocks(now, Text.HOT_RESTART_BLOCKED, mode));
        } else {
            add(refusals, nothingBlocks(now, Text.START_BLOCKED, mode));
        }
        return new ModeVerdict(mode, refusals.isEmpty() ? null : refusals.get(0), notKnown(now));
    }

    private static @Nullable Refusal notKnown(ClusterNow now) {
        List<OdpId> unknown = now.odps().stream()
                .filter(odp -> odp.state() == OdpState.UNKNOWN)
                .map(LiveOdp::id)
                .toList();
        return unknown.isEmpty()
                ? null
                : new Refusal(Code.NOT_RUNNING, Words.of(Text.STATE_NOT_KNOWN, unknown.size()), first(unknown), null);
    }

    /**
     * Refuses an order that is certain to be refused: R1, R2 (not for a dry run), R10, R3 for an ODP that was
     * freshly seen stopped or unavailable, and R4 with a known version.
     *
     * @return every reason; empty when the planner has to look
     */
    public List<Refusal> refusals(RestartOrder order, ClusterNow now) {
        List<Refusal> refusals = new ArrayList<>();
        add(refusals, clusterHasOdps(now));
        if (!order.dryRun()) {
            add(refusals, clusterHasNoOtherTask(now));
        }
        add(refusals, targetsExist(order, now));
        if (order.mode() == Mode.RESTART) {
            add(
                    refusals,
                    everyOdpRuns(
                            now,
                            odp -> odp.fresh()
                                    && (odp.state() == OdpState.STOPPED || odp.state() == OdpState.UNAVAILABLE)));
            add(refusals, versionAllowsHotRestart(now, targets(order, now), this::isTooOld));
        }
        return refusals;
    }

    /** R1, for a cluster that nobody registered. */
    public static Refusal clusterUnknown(String cluster) {
        return Refusal.of(Code.CLUSTER_UNKNOWN, Text.CLUSTER_UNKNOWN, cluster);
    }

    /** R1. */
    private static @Nullable Refusal clusterHasOdps(ClusterNow now) {
        return now.cluster().odpCount() > 0
                ? null
                : Refusal.of(
                        Code.CLUSTER_EMPTY, Text.CLUSTER_EMPTY, now.cluster().id());
    }

    /** R2. */
    private static @Nullable Refusal clusterHasNoOtherTask(ClusterNow now) {
        Task active = now.activeTask();
        if (active == null) {
            return null;
        }
        Words words =
                Words.of(Text.CLUSTER_BUSY, now.cluster().id(), active.id(), active.state(), active.requestedBy());
        return new Refusal(Code.CLUSTER_BUSY, words, List.of(), active);
    }

    /** R10: only when the whole inventory is here can an ODP be missing from it. */
    private static @Nullable Refusal targetsExist(RestartOrder order, ClusterNow now) {
        if (!now.inventoryComplete()) {
            return null;
        }
        Set<OdpId> known = now.odps().stream().map(LiveOdp::id).collect(Collectors.toSet());
        List<OdpId> missing =
                order.odps().stream().filter(odp -> !known.contains(odp)).toList();
        return blocked(
                missing, Code.ODP_UNKNOWN, Text.ODP_UNKNOWN, now.cluster().id(), names(missing));
    }

    private static List<LiveOdp> targets(RestartOrder order, ClusterNow now) {
        Set<OdpId> named = new LinkedHashSet<>(order.odps());
        return now.odps().stream()
                .filter(odp -> named.isEmpty() || named.contains(odp.id()))
                .toList();
    }

    /** R4: looks at the targeted ODPs only. */
    private @Nullable Refusal versionAllowsHotRestart(
            ClusterNow now, List<LiveOdp> targets, Predicate<LiveOdp> isTooOld) {
        List<LiveOdp> old =
                targets.stream().filter(LiveOdp::runs).filter(isTooOld).toList();
        List<OdpId> ids = old.stream().map(LiveOdp::id).toList();
        String named = old.stream()
                .limit(MOST_NAMES)
                .map(odp -> odp.id() + " " + (odp.freshVersion() == null ? "?" : odp.freshVersion()))
                .collect(Collectors.joining(", "));
        return blocked(
                ids,
                Code.VERSION_TOO_OLD,
                Text.VERSION_TOO_OLD,
                oldestForHotRestart,
                named,
                now.cluster().id());
    }

    /** One that runs without telling a version is one that the planner would refuse; it is not certain enough to be refused early. */
    private boolean mayBeTooOld(LiveOdp odp) {
        String text = odp.freshVersion();
        return text == null || Version.parse(text) == null || isTooOld(odp);
    }

    private boolean isTooOld(LiveOdp odp) {
        String text = odp.freshVersion();
        Version version = text == null ? null : Version.parse(text);
        return version != null && version.compareTo(oldestForHotRestart) < 0;
    }

    /** R3: looks at the whole cluster. */
    private static @Nullable Refusal everyOdpRuns(ClusterNow now, Predicate<LiveOdp> isDown) {
        List<LiveOdp> down = now.odps().stream().filter(isDown).toList();
        String named = down.stream()
                .limit(MOST_NAMES)
                .map(odp -> odp.id() + " "
                        + (odp.state() == OdpState.RUNNING
                                ? "RUNNING without a known process"
                                : odp.state().name()))
                .collect(Collectors.joining(", "));
        List<OdpId> ids = down.stream().map(LiveOdp::id).toList();
        return blocked(
                ids, Code.NOT_RUNNING, Text.NOT_RUNNING, named, now.cluster().id());
    }

    private static @Nullable Refusal nothingBlocks(ClusterNow now, Text text, Mode mode) {
        List<OdpId> ids = new ArrayList<>();
        List<String> named = new ArrayList<>();
        for (LiveOdp odp : now.odps()) {
            Sighting last = odp.fresh() && (mode == Mode.FORCE_RESTART || odp.runs()) ? odp.last() : null;
            List<String> blockers =
                    last == null ? List.of() : mode == Mode.RESTART ? last.restartBlockers() : last.startBlockers();
            if (!blockers.isEmpty()) {
                ids.add(odp.id());
                if (named.size() < MOST_NAMES) {
                    named.add(odp.id() + ": " + String.join(" ", blockers));
                }
            }
        }
        return blocked(ids, Code.NOT_RESTARTABLE, text, String.join("; ", named));
    }

    private static @Nullable Refusal blocked(List<OdpId> odps, Code code, Text text, Object... with) {
        return odps.isEmpty() ? null : new Refusal(code, Words.of(text, with), first(odps), null);
    }

    private static String names(List<OdpId> odps) {
        return first(odps).stream().map(OdpId::value).collect(Collectors.joining(", "));
    }

    private static List<OdpId> first(List<OdpId> odps) {
        return odps.subList(0, Math.min(MOST_NAMES, odps.size()));
    }

    private static void add(List<Refusal> refusals, @Nullable Refusal refusal) {
        if (refusal != null) {
            refusals.add(refusal);
        }
    }
}
