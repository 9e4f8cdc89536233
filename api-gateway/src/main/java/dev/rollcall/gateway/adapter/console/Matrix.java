package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.domain.Page;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.TaskOdp;
import dev.rollcall.gateway.domain.TaskOdpState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The ODPs of a task as its page lists them: one by one, or in groups with a summary each, of which some are open. Pure.
 *
 * <p>As long as the reader has not said otherwise, those groups are open in which something happens or has failed: a task of 500 ODPs
 * shows what matters on one screen, and follows it.
 *
 * @param entries the lines of the table
 * @param lanes the lines of the chart
 * @param page what of the list is shown; its items are not used
 */
record Matrix(List<Entry> entries, List<Lane> lanes, Grouping grouping, Page<?> page) {

    static final int ROWS_A_PAGE = 100;
    static final int GROUPS_A_PAGE = 50;

    /** A task of more ODPs is shown in groups, unless its reader wants it otherwise. */
    static final int MOST_UNGROUPED = 60;

    /** So many rows are opened without being asked for. */
    private static final int MOST_OPENED = 100;

    private static final int MOST_KEYS = 100;

    private static final Comparator<TaskOdp> BY_BATCH =
            Comparator.comparing(TaskOdp::batch).thenComparing(TaskOdp::odp);

    Matrix {
        entries = List.copyOf(entries);
        lanes = List.copyOf(lanes);
    }

    /** What makes ODPs a group. */
    enum Grouping {
        NONE,
        BATCH,
        ZONE
    }

    /** A line of the table. */
    interface Entry {
        String key();

        boolean isGroup();
    }

    /**
     * The head of a group.
     *
     * @param name number of the batch, or name of the zone; empty for ODPs that have none
     * @param done how many are done
     * @param counts how many stand how, where there are any
     * @param cut client connections that were cut, as far as it is known
     * @param open whether its rows follow
     * @param hidden how many of its rows do not follow although it is open
     * @param toggle address of the page on which it is the other way
     */
    record Group(
            String key,
            Grouping by,
            String name,
            int total,
            int done,
            List<Count> counts,
            long cut,
            boolean open,
            int hidden,
            String toggle)
            implements Entry {

        @Override
        public boolean isGroup() {
            return true;
        }
    }

    /** How many stand like this. */
    record Count(Standing standing, int count) {}

    /** How an ODP stands, in the few words of a summary. */
    enum Standing {
        FAILED,
        ACTIVE,
        WAITING,
        SKIPPED,
        DONE;

        static Standing of(TaskOdpState state) {
            return switch (state) {
                case UNKNOWN, PENDING, PRECHECKED -> WAITING;
                case STOPPING, STOPPED, STARTING, RESTARTING, SERVING, DRAINING -> ACTIVE;
                case RUNNING -> DONE;
                case FAILED -> FAILED;
                case SKIPPED -> SKIPPED;
            };
        }
    }

    /** A line of the chart: one ODP, or all of a group. */
    record Lane(Grouping by, String name, List<TaskOdp> rows) {}

    /**
     * Lays the rows out.
     *
     * @param narrowed {@code state} to show only some, {@code group} by what, {@code open} and {@code shut} with the keys of groups
     * @param steerable whether its reader may skip an ODP
     */
    static Matrix of(Collection<TaskOdp> rows, Task task, Narrowed narrowed, boolean steerable) {
        TaskOdpState state = narrowed.one("state", TaskOdpState.class);
        List<TaskOdp> found = rows.stream()
                .filter(row -> state == null || row.state() == state)
                .sorted(BY_BATCH)
                .toList();
        Grouping asked = narrowed.one("group", Grouping.class);
        Grouping by = asked != null ? asked : rows.size() > MOST_UNGROUPED ? Grouping.BATCH : Grouping.NONE;
        if (by != Grouping.NONE) {
            return grouped(found, by, task, narrowed, steerable);
        }
        Page<TaskOdp> page = Page.of(found, narrowed.page(), ROWS_A_PAGE);
        List<Lane> lanes = page.items().stream()
                .map(row -> new Lane(by, row.odp().value(), List.of(row)))
                .toList();
        return new Matrix(List.copyOf(rows(page.items(), task, steerable)), lanes, by, page);
    }

    private static Matrix grouped(List<TaskOdp> found, Grouping by, Task task, Narrowed narrowed, boolean steerable) {
        Map<String, List<TaskOdp>> groups = new LinkedHashMap<>();
        found.stream()
                .sorted(
                        by == Grouping.ZONE
                                ? Comparator.comparing(TaskOdp::zone).thenComparing(BY_BATCH)
                                : BY_BATCH)
                .forEach(row -> groups.computeIfAbsent(name(row, by), name -> new ArrayList<>())
                        .add(row));
        Page<String> page = Page.of(List.copyOf(groups.keySet()), narrowed.page(), GROUPS_A_PAGE);
        Set<String> opened = keys(narrowed.text("open"));
        Set<String> shut = keys(narrowed.text("shut"));
        List<Entry> entries = new ArrayList<>();
        List<Lane> lanes = new ArrayList<>();
        int shown = 0;
        for (String name : page.items()) {
            List<TaskOdp> members = groups.getOrDefault(name, List.of());
            Map<Standing, Integer> standings = members.stream()
                    .collect(Collectors.toMap(row -> Standing.of(row.state()), row -> 1, Integer::sum, TreeMap::new));
            String key = by == Grouping.BATCH ? "b" + name : Key.of("z", name);
            boolean eventful = standings.containsKey(Standing.FAILED) || standings.containsKey(Standing.ACTIVE);
            boolean open = opened.contains(key)
                    || (eventful && !shut.contains(key) && (shown == 0 || shown + members.size() <= MOST_OPENED));
            List<TaskOdp> following = open ? members.subList(0, Math.min(ROWS_A_PAGE, members.size())) : List.of();
            shown += following.size();
            entries.add(new Group(
                    "g-" + key,
                    by,
                    name,
                    members.size(),
                    standings.getOrDefault(Standing.DONE, 0),
                    standings.entrySet().stream()
                            .map(each -> new Count(each.getKey(), each.getValue()))
                            .toList(),
                    members.stream()
                            .mapToLong(row -> row.clientsCut() == null ? 0 : row.clientsCut())
                            .sum(),
                    open,
                    open ? members.size() - following.size() : 0,
                    narrowed.with(Map.of(
                            "open", join(opened, key, !open),
                            "shut", join(shut, key, open)))));
            entries.addAll(rows(following, task, steerable));
            lanes.add(new Lane(by, name, members));
        }
        return new Matrix(entries, lanes, by, page);
    }

    private static List<TaskLook.MatrixRow> rows(List<TaskOdp> rows, Task task, boolean steerable) {
        return rows.stream()
                .map(row -> TaskLook.matrixRow(row, task.mode(), task.state(), steerable))
                .toList();
    }

    private static String name(TaskOdp row, Grouping by) {
        return by == Grouping.ZONE ? row.zone() : row.batch() > 0 ? Integer.toString(row.batch()) : "";
    }

    private static Set<String> keys(String text) {
        return Arrays.stream(text.split(",", -1))
                .filter(key -> !key.isEmpty())
                .limit(MOST_KEYS)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String join(Set<String> keys, String key, boolean with) {
        Set<String> changed = new LinkedHashSet<>(keys);
        changed.remove(key);
        if (with) {
            changed.add(key);
        }
        return String.join(",", changed);
    }
}
