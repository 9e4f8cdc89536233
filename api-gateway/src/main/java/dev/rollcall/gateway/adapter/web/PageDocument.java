package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.Page;
import java.util.List;
import java.util.function.Function;

/** A page of a list as JSON. */
record PageDocument<T>(List<T> items, Numbers page) {

    record Numbers(int number, int size, int total) {}

    static <S, T> PageDocument<T> of(Page<S> page, Function<S, T> item) {
        return new PageDocument<>(
                page.items().stream().map(item).toList(), new Numbers(page.number(), page.size(), page.total()));
    }
}
