package dev.rollcall.planner.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * In which order ODPs are restarted: for FORCE_RESTART those that do not run come first, as restarting them costs nothing;
 * then, and for RESTART at all, one of each zone in turn, so that a batch is spread over the zones. Zone by zone, when that is asked
 * for: then a zone with ODPs that do not run comes first, and these within it.
 */
final class RestartOrder {
    private RestartOrder() {}

    static List<RunWork> of(RestartMode mode, List<RunWork> targeted, boolean byZone) {
        if (byZone) {
            return byZone(mode, targeted);
        }
        List<RunWork> unhealthy = new ArrayList<>();
        List<RunWork> healthy = new ArrayList<>();
        for (RunWork run : targeted) {
            (comesFirst(mode, run) ? unhealthy : healthy).add(run);
        }
        List<RunWork> order = spread(unhealthy);
        order.addAll(spread(healthy));
        return order;
    }

    private static boolean comesFirst(RestartMode mode, RunWork run) {
        return mode == RestartMode.FORCE_RESTART && (run.facts == null || !run.facts.running());
    }

    private static List<RunWork> byZone(RestartMode mode, List<RunWork> targeted) {
        Set<String> ailing = targeted.stream()
                .filter(run -> comesFirst(mode, run))
                .map(run -> run.zone)
                .collect(Collectors.toSet());
        return targeted.stream()
                .sorted(Comparator.comparing((RunWork run) -> !ailing.contains(run.zone))
                        .thenComparing(run -> run.zone)
                        .thenComparing(run -> !comesFirst(mode, run))
                        .thenComparing(run -> run.odpId.value()))
                .toList();
    }

    /** Places after the last ODP of each zone, in an order that goes zone by zone. */
    static List<Integer> zoneEnds(List<RunWork> order) {
        List<Integer> ends = new ArrayList<>();
        for (int place = 1; place <= order.size(); place++) {
            if (place == order.size() || !order.get(place).zone.equals(order.get(place - 1).zone)) {
                ends.add(place);
            }
        }
        return ends;
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
