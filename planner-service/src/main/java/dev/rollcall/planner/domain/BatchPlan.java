package dev.rollcall.planner.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts an order of ODPs into batches. Percentages are of all targeted ODPs, rounded down, at least 1; the last size repeats.
 * A batch ends where a zone ends, when it must not mix them.
 *
 * @param steps sizes of the first batches, at least one
 * @param total number of targeted ODPs
 * @param zoneEnds places after the last ODP of each zone, rising, the last being {@code total}; empty: zones may be mixed
 * @param window what the sizes before the last leave is one batch (of each zone), worked on in as many slots as the last size says
 */
record BatchPlan(List<Integer> steps, int total, List<Integer> zoneEnds, boolean window) {
    static final int MAX_SIZES = 100;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,6})(%?)");

    static List<String> defaults(RestartMode mode) {
        return switch (mode) {
            case RESTART -> List.of("1", "25%");
            case FORCE_RESTART -> List.of("100%");
        };
    }

    /** What is wrong with the sizes of a field, in words; empty: nothing. */
    static List<String> faults(String field, List<String> sizes) {
        List<String> faults = new ArrayList<>();
        if (sizes.size() > MAX_SIZES) {
            faults.add(field + " has " + sizes.size() + " entries, at most " + MAX_SIZES
                    + " are possible; the last one repeats, so leave the rest out");
        }
        for (String size : sizes) {
            Matcher matcher = SIZE.matcher(size);
            if (!matcher.matches()) {
                faults.add(field + ": '" + size + "' is neither a count such as 3 nor a percentage such as 25%");
            } else {
                int number = Integer.parseInt(matcher.group(1));
                boolean percent = !matcher.group(2).isEmpty();
                if (number < 1 || percent && number > 100) {
                    faults.add(field + ": '" + size + "' must be " + (percent ? "between 1% and 100%" : "1 or more"));
                }
            }
        }
        return faults;
    }

    /**
     * @param sizes at least one
     * @param most no batch is larger, 1 or more
     */
    static BatchPlan of(List<String> sizes, int total, int most, List<Integer> zoneEnds, boolean window) {
        List<Integer> steps = new ArrayList<>();
        int sum = 0;
        for (String size : sizes) {
            int step = size.endsWith("%")
                    ? (int) Math.max(1, (long) total * Integer.parseInt(size.substring(0, size.length() - 1)) / 100)
                    : Integer.parseInt(size);
            step = Math.min(Math.min(step, most), Math.max(1, total));
            steps.add(step);
            sum += step;
            if (sum >= total && zoneEnds.isEmpty()) {
                break;
            }
        }
        return new BatchPlan(List.copyOf(steps), total, List.copyOf(zoneEnds), window);
    }

    private int step(int batch) {
        return steps.get(Math.min(batch, steps.size()) - 1);
    }

    /** Whether a batch is worked on in slots. */
    boolean windowed(int batch) {
        return window && batch >= steps.size();
    }

    /** How many ODPs of a batch are restarted at once. */
    int slots(int batch) {
        return windowed(batch) ? Math.min(step(batch), size(batch)) : size(batch);
    }

    /** Place after the last ODP of a batch that begins at a place. */
    private int end(int batch, int from) {
        int end = windowed(batch) ? total : Math.min(total, from + step(batch));
        for (int zoneEnd : zoneEnds) {
            if (zoneEnd > from) {
                return Math.min(end, zoneEnd);
            }
        }
        return end;
    }

    /** Place of the first ODP of a batch. */
    int from(int batch) {
        int from = 0;
        if (!zoneEnds.isEmpty()) {
            for (int earlier = 1; earlier < batch && from < total; earlier++) {
                from = end(earlier, from);
            }
            return from;
        }
        if (batch > 1 && windowed(batch - 1)) {
            return total;
        }
        int listed = Math.min(batch - 1, steps.size());
        for (int i = 0; i < listed; i++) {
            from += steps.get(i);
        }
        return Math.min(total, from + (batch - 1 - listed) * steps.get(steps.size() - 1));
    }

    /** Place after the last ODP of a batch. */
    int to(int batch) {
        return from(batch + 1);
    }

    int size(int batch) {
        return to(batch) - from(batch);
    }

    int count() {
        int count = 0;
        int from = 0;
        while (from < total) {
            count++;
            from = end(count, from);
        }
        return count;
    }

    List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        int from = 0;
        while (from < total) {
            int end = end(sizes.size() + 1, from);
            sizes.add(end - from);
            from = end;
        }
        return sizes;
    }
}
