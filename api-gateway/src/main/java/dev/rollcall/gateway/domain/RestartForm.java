package dev.rollcall.gateway.domain;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The fields of a restart request as somebody wrote them; null where a field was left out. */
public record RestartForm(
        @Nullable String mode,
        @Nullable List<String> odps,
        BatchingForm batching,
        @Nullable String hotUpgradeExitTimeout,
        @Nullable Boolean dryRun,
        @Nullable String confirm,
        @Nullable String reason,
        @Nullable String notBefore,
        @Nullable String notAfter,
        @Nullable String expectedVersion) {

    /** How many ODPs a request may name; more need no names but the whole cluster. */
    public static final int MOST_ODPS = 1_000;

    private static final int LONGEST_REASON = 1_000;
    private static final Duration LONGEST_DRAIN = Duration.ofHours(24);
    private static final String NO_LIMIT = "NONE";
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6}){0,5}");

    /** Checks the form for a cluster, without looking at the cluster. */
    public Checked<RestartOrder> check(ClusterId cluster) {
        Faults faults = new Faults();
        Mode checkedMode = checkMode(faults);
        List<OdpId> checkedOdps = checkOdps(faults);
        Batching checkedBatching = batching.check(faults);
        Long exitTimeout = checkExitTimeout(faults, checkedMode);
        Instant begin = checkTime(faults, "notBefore", notBefore);
        Instant end = checkTime(faults, "notAfter", notAfter);
        if (begin != null && end != null && !begin.isBefore(end)) {
            faults.add("notAfter", Text.WINDOW_TURNED_ROUND);
        }
        RestartOrder order = new RestartOrder(
                checkedMode,
                checkedOdps,
                checkedBatching,
                exitTimeout,
                Boolean.TRUE.equals(dryRun),
                confirm,
                faults.prose("reason", reason, LONGEST_REASON),
                begin,
                end,
                checkVersion(faults));
        checkConfirmation(faults, order, cluster);
        return faults.orElse(() -> order);
    }

    private Mode checkMode(Faults faults) {
        if (mode == null) {
            faults.add("mode", Text.FIELD_REQUIRED);
        } else if (mode.equals("RESTART")) {
            return Mode.RESTART;
        } else if (mode.equals("FORCE_RESTART")) {
            return Mode.FORCE_RESTART;
        } else {
            faults.add("mode", Text.FIELD_ONE_OF, "RESTART, FORCE_RESTART");
        }
        return Mode.UNKNOWN;
    }

    private List<OdpId> checkOdps(Faults faults) {
        if (odps == null) {
            return List.of();
        }
        if (odps.isEmpty()) {
            // On the wire an empty list means all of them, which is not what an empty list says to a person.
            faults.add("odps", Text.ODPS_EMPTY);
        }
        if (odps.size() > MOST_ODPS) {
            faults.add("odps", Text.ODPS_TOO_MANY, MOST_ODPS, odps.size());
            return List.of();
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < odps.size(); i++) {
            if (!OdpId.isValid(odps.get(i))) {
                faults.add("odps[" + i + "]", Text.ODP_ID_FORM);
            } else if (!seen.add(odps.get(i))) {
                faults.add("odps[" + i + "]", Text.FIELD_TWICE, odps.get(i));
            }
        }
        return odps.stream().filter(OdpId::isValid).map(OdpId::new).toList();
    }

    private static @Nullable Instant checkTime(Faults faults, String field, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            // The wire carries milliseconds.
            return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException e) {
            faults.add(field, Text.PARAMETER_TIME);
            return null;
        }
    }

    private @Nullable Long checkExitTimeout(Faults faults, Mode checkedMode) {
        String field = "hotUpgradeExitTimeout";
        if (hotUpgradeExitTimeout == null) {
            return null;
        }
        if (checkedMode == Mode.FORCE_RESTART) {
            faults.add(field, Text.DRAIN_WITH_FORCE);
            return null;
        }
        if (hotUpgradeExitTimeout.equals(NO_LIMIT)) {
            return RestartOrder.NO_LIMIT;
        }
        try {
            Duration duration = Duration.parse(hotUpgradeExitTimeout);
            if (!duration.isNegative() && duration.compareTo(LONGEST_DRAIN) <= 0) {
                return duration.toNanos() / 1_000;
            }
        } catch (DateTimeException e) {
            // Falls through to the one message about it.
        }
        faults.add(field, Text.DRAIN_FORM);
        return null;
    }

    private @Nullable String checkVersion(Faults faults) {
        if (expectedVersion != null && !VERSION.matcher(expectedVersion).matches()) {
            faults.add("expectedVersion", Text.FIELD_FORM, Text.FORM_VERSION);
        }
        return expectedVersion;
    }

    private static void checkConfirmation(Faults faults, RestartOrder order, ClusterId cluster) {
        // A dry run cuts nobody off: it is how people look before they confirm.
        if (order.needsConfirmation() && !order.dryRun() && !cluster.value().equals(order.confirm())) {
            Text text = order.mode() == Mode.FORCE_RESTART ? Text.CONFIRM_FORCE : Text.CONFIRM_SHORT_DRAIN;
            faults.add(new Fault("confirm", Code.NOT_RESTARTABLE, Words.of(text, cluster)));
        } else if (order.confirm() != null && !cluster.value().equals(order.confirm())) {
            faults.add(new Fault("confirm", Code.NOT_RESTARTABLE, Words.of(Text.CONFIRM_OTHER, cluster)));
        }
    }
}
