package dev.rollcall.planner.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which order ODPs are restarted: for FORCE_RESTART those that do not run come first, as restarting them costs nothing;
 * then, and for RESTART at all, one of each zone in turn, so that a batch is spread over the zones.
 */
final class RestartOrder {
    private RestartOrder() {}

    static List<RunWork> of(RestartMode mode, List<RunWork> targeted) {
        List<RunWork> unhealthy = new ArrayList<>();
        List<RunWork> healthy = new ArrayList<>();
        for (RunWork run : targeted) {
            boolean first = mode == RestartMode.FORCE_RESTART && (run.facts == null || !run.facts.running());
            (first ? unhealthy : healthy).add(run);
        }
        List<RunWork> order = spread(unhealthy);
        order.addAll(spread(healthy));
        return order;
    }

    private static List<RunWork> spread(List<RunWork> runs) {
        Map<String, Deque<RunWork>> zones = new TreeMap<>();
        runs.stream()
                .sorted(Comparator.comparing(run -> run.odpId.value()))
                .forEach(run -> zones.computeIfAbsent(run.zone, zone -> new ArrayDeque<>())
                        .add(run));
        List<RunWork> order = new ArrayList<>();
        while (order.size() < runs.size()) {
            for (Deque<RunWork> zone : zones.values()) {
                if (!zone.isEmpty()) {
                    order.add(zone.removeFirst());
                }
            }
        }
        return order;
    }
}
