package dev.rollcall.planner.domain;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Small turns of phrase that several messages share. */
final class Words {
    private static final int NAMED = 10;

    private Words() {}

    static String of(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    /** The first names, and how many there are more. */
    static String names(List<OdpId> odps) {
        String named = odps.stream().limit(NAMED).map(OdpId::value).collect(Collectors.joining(", "));
        return odps.size() > NAMED ? named + " and " + (odps.size() - NAMED) + " more" : named;
    }

    static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
