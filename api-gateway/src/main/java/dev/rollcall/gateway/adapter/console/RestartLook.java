package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.domain.LiveOdp;
import dev.rollcall.gateway.domain.Sighting;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskState;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the restart dialog shows. Pure. */
final class RestartLook {

    /** Batches that the preview names; of more it says how many. */
    private static final int MOST_BATCHES = 60;

    private static final int MOST_DRAINS = 4;

    private RestartLook() {}

    /**
     * What would be restarted, as it is now.
     *
     * @param count how many ODPs
     * @param clients client connections that are open at them, as far as it is known
     * @param uncounted at how many of them nothing fresh tells how many are open
     * @param drains the values of hot_upgrade_exit_timeout they have, most frequent first, at most {@value #MOST_DRAINS}
     * @param otherDrains how many have another value than these
     * @param unknownDrains of how many nothing fresh tells the value
     */
    record Targets(int count, long clients, int uncounted, List<DrainNow> drains, int otherDrains, int unknownDrains) {

        /** What all of them have, in seconds; empty when that is not one value, or no limit. */
        public String drainSeconds() {
            boolean one = drains.size() == 1
                    && otherDrains == 0
                    && unknownDrains == 0
                    && drains.get(0).micros() >= 0;
            return one ? seconds(drains.get(0).micros()) : "";
        }
    }

    /** So many ODPs have this value of hot_upgrade_exit_timeout, in microseconds; negative: no limit. */
    record DrainNow(long micros, int odps) {}

    static Targets targets(List<LiveOdp> odps) {
        long clients = 0;
        int uncounted = 0;
        int unknownDrains = 0;
        Map<Long, Integer> drains = new TreeMap<>();
        for (LiveOdp odp : odps) {
            Sighting last = odp.fresh() ? odp.last() : null;
            Long open = last == null ? null : last.clients();
            Long drain = last == null ? null : last.exitTimeoutMicros();
            clients += open == null ? 0 : open;
            uncounted += open == null ? 1 : 0;
            unknownDrains += drain == null ? 1 : 0;
            if (drain != null) {
                drains.merge(drain, 1, Integer::sum);
            }
        }
        List<DrainNow> shown = drains.entrySet().stream()
                .map(each -> new DrainNow(each.getKey(), each.getValue()))
                .sorted(Comparator.comparing(DrainNow::odps).reversed())
                .limit(MOST_DRAINS)
                .toList();
        int others = odps.size()
                - unknownDrains
                - shown.stream().mapToInt(DrainNow::odps).sum();
        return new Targets(odps.size(), clients, uncounted, shown, others, unknownDrains);
    }

    /** Microseconds as seconds, with as many decimals as they need. */
    static String seconds(long micros) {
        return BigDecimal.valueOf(micros, 6).stripTrailingZeros().toPlainString();
    }

    /** A batch of the preview. */
    record Planned(int number, List<String> odps) {}

    /** How far a dry run came. */
    enum Outlook {
        /** It shows the batches. */
        PLANNED,
        /** It is planned, but some of its ODPs have not arrived here. */
        INCOMPLETE,
        /** The restart would be rejected. */
        REJECTED,
        /** The precheck has not ended. */
        LATE
    }

    /**
     * What came of a dry run.
     *
     * @param count how many batches there are
     * @param batches the first of them; empty unless {@code outlook} is {@link Outlook#PLANNED}
     * @param reasons why it would be rejected
     * @param total how many ODPs there are in all batches
     */
    record Preview(Outlook outlook, int count, List<Planned> batches, List<String> reasons, int total) {

        /** How many batches are not named. */
        public int more() {
            return count - batches.size();
        }
    }

    /**
     * The outcome of a dry run.
     *
     * @param complete whether the rows tell the batch of each ODP; half a plan is never shown as one
     */
    static Preview preview(Task task, Collection<TaskOdp> rows, boolean complete) {
        List<String> reasons = task.rejections().stream()
                .map(rejection -> rejection.code() + ": " + rejection.detail())
                .toList();
        int total = task.counts().total();
        if (task.state() != TaskState.PLANNED) {
            return new Preview(reasons.isEmpty() ? Outlook.LATE : Outlook.REJECTED, 0, List.of(), reasons, total);
        }
        if (!complete) {
            return new Preview(Outlook.INCOMPLETE, task.batches().size(), List.of(), reasons, total);
        }
        Map<Integer, List<String>> odps = new TreeMap<>();
        for (TaskOdp row : rows) {
            if (row.batch() > 0) {
                odps.computeIfAbsent(row.batch(), number -> new ArrayList<>())
                        .add(row.odp().value());
            }
        }
        List<Planned> batches = odps.entrySet().stream()
                .limit(MOST_BATCHES)
                .map(batch -> new Planned(batch.getKey(), batch.getValue()))
                .toList();
        return new Preview(Outlook.PLANNED, odps.size(), batches, reasons, total);
    }
}
