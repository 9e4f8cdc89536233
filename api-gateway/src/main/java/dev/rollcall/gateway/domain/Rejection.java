package dev.rollcall.gateway.domain;

import java.util.List;

/**
 * A rule of the planner that refused a request.
 *
 * @param odps names of ODPs that block, at most 50
 * @param odpCount how many block in all
 */
public record Rejection(String code, String detail, List<String> odps, int odpCount) {
    public Rejection {
        odps = List.copyOf(odps);
    }
}
