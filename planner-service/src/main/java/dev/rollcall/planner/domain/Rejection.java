package dev.rollcall.planner.domain;

import java.util.List;

/**
 * A rule that refused something.
 *
 * @param odps the ODPs that block, at most {@link #MAX_NAMED}
 * @param odpCount how many block in all
 */
public record Rejection(String code, String detail, List<OdpId> odps, int odpCount) {
    static final int MAX_NAMED = 50;

    public Rejection {
        odps = odps.size() > MAX_NAMED ? List.copyOf(odps.subList(0, MAX_NAMED)) : List.copyOf(odps);
    }

    static Rejection of(String code, String detail) {
        return new Rejection(code, detail, List.of(), 0);
    }
}
