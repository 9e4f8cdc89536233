package dev.rollcall.gateway.domain;

import java.util.List;

/**
 * One page of a list.
 *
 * @param number from 1
 * @param total items of the whole list
 */
public record Page<T>(List<T> items, int number, int size, int total) {

    public Page {
        items = List.copyOf(items);
    }

    /** Cuts a page out of a sorted list; a page behind the end is empty. */
    public static <T> Page<T> of(List<T> all, int number, int size) {
        if (number < 1 || size < 1) {
            throw new IllegalArgumentException("Pages and their sizes count from 1");
        }
        long from = Math.min((number - 1L) * size, all.size());
        long to = Math.min(from + size, all.size());
        return new Page<>(all.subList((int) from, (int) to), number, size, all.size());
    }
}
