package dev.rollcall.gateway.domain;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part {@code batching} of a restart request as somebody wrote it; null where a field was left out. */
public record BatchingForm(
        @Nullable List<String> sizes,
        @Nullable Integer maxFailures,
        @Nullable String drain,
        @Nullable String preset,
        @Nullable String groupBy,
        @Nullable String minRunning,
        @Nullable String settle,
        @Nullable Boolean pauseAfterFirst,
        @Nullable Boolean window) {

    static final BatchingForm EMPTY = new BatchingForm(null, null, null, null, null, null, null, null, null);

    private static final int MOST_SIZES = 100;
    private static final int MOST_FAILURES = 10_000;
    private static final Duration LONGEST_SETTLE = Duration.ofHours(1);
    private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,4}");
    private static final Pattern PERCENTAGE = Pattern.compile("([1-9][0-9]?|100)%");

    Batching check(Faults faults) {
        Preset checkedPreset = checkPreset(faults);
        List<String> checkedSizes = checkedPreset == null ? checkSizes(faults) : checkedPreset.sizes();
        int failures = faults.number("batching.maxFailures", maxFailures, 0, 0, MOST_FAILURES);
        Drain checkedDrain = checkDrain(faults);
        boolean byZone = checkGroup(faults, checkedPreset);
        if (minRunning != null && !isSize(minRunning)) {
            faults.add("batching.minRunning", Text.MIN_RUNNING_FORM);
        }
        return new Batching(
                checkedSizes,
                failures,
                checkedDrain,
                byZone,
                minRunning,
                checkSettle(faults),
                Boolean.TRUE.equals(pauseAfterFirst),
                Boolean.TRUE.equals(window),
                checkedPreset == null ? null : preset);
    }

    private @Nullable Preset checkPreset(Faults faults) {
        if (preset == null) {
            return null;
        }
        if (sizes != null) {
            faults.add("batching.preset", Text.PRESET_WITH_SIZES);
        }
        Preset known = Preset.of(preset);
        if (known == null) {
            faults.add("batching.preset", Text.FIELD_ONE_OF, Preset.words());
        }
        return known;
    }

    private List<String> checkSizes(Faults faults) {
        if (sizes == null) {
            return List.of();
        }
        if (sizes.isEmpty() || sizes.size() > MOST_SIZES) {
            faults.add("batching.sizes", Text.SIZES_COUNT, MOST_SIZES);
            return List.of();
        }
        for (int i = 0; i < sizes.size(); i++) {
            if (!isSize(sizes.get(i))) {
                faults.add("batching.sizes[" + i + "]", Text.SIZE_FORM);
            }
        }
        return sizes;
    }

    private static boolean isSize(String text) {
        return COUNT.matcher(text).matches() || PERCENTAGE.matcher(text).matches();
    }

    private Drain checkDrain(Faults faults) {
        if (drain == null || drain.equals("OVERLAP")) {
            return Drain.OVERLAP;
        }
        if (!drain.equals("WAIT")) {
            faults.add("batching.drain", Text.FIELD_ONE_OF, "OVERLAP, WAIT");
        }
        return Drain.WAIT;
    }

    private boolean checkGroup(Faults faults, @Nullable Preset checkedPreset) {
        boolean ofPreset = checkedPreset != null && checkedPreset.byZone();
        if (groupBy == null) {
            return ofPreset;
        }
        if (!groupBy.equals("zone") && !groupBy.equals("none")) {
            faults.add("batching.groupBy", Text.FIELD_ONE_OF, "zone, none");
        } else if (groupBy.equals("none") && ofPreset) {
            faults.add("batching.groupBy", Text.PRESET_WITH_GROUP);
        }
        return groupBy.equals("zone");
    }

    private Duration checkSettle(Faults faults) {
        if (settle == null) {
            return Duration.ZERO;
        }
        try {
            Duration duration = Duration.parse(settle);
            if (!duration.isNegative() && duration.compareTo(LONGEST_SETTLE) <= 0) {
                return Duration.ofMillis(duration.toMillis());
            }
        } catch (DateTimeException e) {
            // Falls through to the one message about it.
        }
        faults.add("batching.settle", Text.SETTLE_FORM);
        return Duration.ZERO;
    }
}
