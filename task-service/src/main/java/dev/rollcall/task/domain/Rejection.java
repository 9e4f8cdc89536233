package dev.rollcall.task.domain;

import java.util.List;

/**
 * A rule that refused a request.
 *
 * @param odps ODPs that block, at most 50
 * @param odpCount how many block in all
 */
public record Rejection(String code, String detail, List<String> odps, int odpCount) {}
