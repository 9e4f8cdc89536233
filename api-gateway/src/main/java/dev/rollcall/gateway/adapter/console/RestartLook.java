package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the restart dialog shows. Pure. */
final class RestartLook {

    /** Batches that the preview names; of more it says how many. */
    private static final int MOST_BATCHES = 60;

    private RestartLook() {}

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
