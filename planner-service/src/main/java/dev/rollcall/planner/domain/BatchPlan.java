package dev.rollcall.planner.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts an order of ODPs into batches. Percentages are of all targeted ODPs, rounded down, at least 1; the last size repeats.
 *
 * @param steps sizes of the first batches, at least one
 * @param total number of targeted ODPs
 */
record BatchPlan(List<Integer> steps, int total) {
    static final int MAX_SIZES = 100;
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,6})(%?)");

    static List<String> defaults(RestartMode mode) {
        return switch (mode) {
            case RESTART -> List.of("1", "25%");
            case FORCE_RESTART -> List.of("100%");
        };
    }

    /** What is wrong with sizes, in words; empty: nothing. */
    static List<String> faults(List<String> sizes) {
        List<String> faults = new ArrayList<>();
        if (sizes.size() > MAX_SIZES) {
            faults.add("batching.sizes has " + sizes.size() + " entries, at most " + MAX_SIZES
                    + " are possible; the last one repeats, so leave the rest out");
        }
        for (String size : sizes) {
            Matcher matcher = SIZE.matcher(size);
            if (!matcher.matches()) {
                faults.add("batching.sizes: '" + size + "' is neither a count such as 3 nor a percentage such as 25%");
            } else {
                int number = Integer.parseInt(matcher.group(1));
                boolean percent = !matcher.group(2).isEmpty();
                if (number < 1 || percent && number > 100) {
                    faults.add("batching.sizes: '" + size + "' must be "
                            + (percent ? "between 1% and 100%" : "1 or more"));
                }
            }
        }
        return faults;
    }

    static BatchPlan of(List<String> sizes, RestartMode mode, int total) {
        List<Integer> steps = new ArrayList<>();
        int sum = 0;
        for (String size : sizes.isEmpty() ? defaults(mode) : sizes) {
            int step = size.endsWith("%")
                    ? (int) Math.max(1, (long) total * Integer.parseInt(size.substring(0, size.length() - 1)) / 100)
                    : Integer.parseInt(size);
            steps.add(Math.min(step, Math.max(1, total)));
            sum += step;
            if (sum >= total) {
                break;
            }
        }
        return new BatchPlan(List.copyOf(steps), total);
    }

    /** Place of the first ODP of a batch. */
    int from(int batch) {
        int from = 0;
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
            from += steps.get(Math.min(count, steps.size() - 1));
            count++;
        }
        return count;
    }

    List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        int count = count();
        for (int batch = 1; batch <= count; batch++) {
            sizes.add(size(batch));
        }
        return sizes;
    }
}
