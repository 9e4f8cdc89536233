package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.Fault;
import dev.rollcall.gateway.domain.Page;
import dev.rollcall.gateway.domain.Text;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;

/** Reads the parameters of a list; all faults are told at once. Not for several threads. */
final class Query {

    private static final int USUAL_SIZE = 20;
    private static final int LARGEST_SIZE = 500;
    private static final int LAST_PAGE = 1_000_000;

    private final MultiValueMap<String, String> parameters;
    private final List<Fault> faults = new ArrayList<>();

    Query(ServerWebExchange exchange) {
        parameters = exchange.getRequest().getQueryParams();
    }

    /** A text; empty when it is not given. */
    String text(String name) {
        String value = parameters.getFirst(name);
        return value == null ? "" : value.strip();
    }

    /** Names of an enum, separated by commas or given several times; empty when none is given. */
    <E extends Enum<E>> Set<E> oneOf(String name, Class<E> type) {
        Set<E> found = EnumSet.noneOf(type);
        for (String value : parameters.getOrDefault(name, List.of())) {
            for (String part : value == null ? new String[0] : value.split(",", -1)) {
                if (part.isBlank()) {
                    continue;
                }
                try {
                    found.add(Enum.valueOf(type, part.strip().toUpperCase(Locale.ROOT)));
                } catch (IllegalArgumentException e) {
                    String possible = Arrays.stream(type.getEnumConstants())
                            .map(Enum::name)
                            .collect(Collectors.joining(", "));
                    faults.add(Fault.of(name, Text.FIELD_ONE_OF, possible));
                    return found;
                }
            }
        }
        return found;
    }

    @Nullable
    Instant time(String name) {
        String value = text(name);
        if (value.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(value).toInstant();
        } catch (DateTimeException e) {
            faults.add(Fault.of(name, Text.PARAMETER_TIME));
            return null;
        }
    }

    /** Sorts and cuts out the page that is asked for. */
    <T> Page<T> page(List<T> all, Map<String, Comparator<T>> orders, Comparator<T> usual) {
        return page(all, orders, usual, false);
    }

    /** Likewise, of a list that is in its usual order already. */
    <T> Page<T> pageInOrder(List<T> all, Map<String, Comparator<T>> orders, Comparator<T> usual) {
        return page(all, orders, usual, true);
    }

    private <T> Page<T> page(
            List<T> all, Map<String, Comparator<T>> orders, Comparator<T> usual, boolean inUsualOrder) {
        int number = number("page", 1, LAST_PAGE);
        int size = number("size", USUAL_SIZE, LARGEST_SIZE);
        Comparator<T> order = order(orders, usual);
        check();
        boolean inOrder = inUsualOrder && text("sort").isEmpty();
        return Page.of(inOrder ? all : all.stream().sorted(order).toList(), number, size);
    }

    private <T> Comparator<T> order(Map<String, Comparator<T>> orders, Comparator<T> usual) {
        String value = text("sort");
        if (value.isEmpty()) {
            return usual;
        }
        int comma = value.indexOf(',');
        Comparator<T> order =
                orders.get(comma < 0 ? value : value.substring(0, comma).strip());
        String direction = comma < 0 ? "asc" : value.substring(comma + 1).strip();
        if (order == null || !(direction.equals("asc") || direction.equals("desc"))) {
            faults.add(Fault.of(
                    "sort",
                    Text.PARAMETER_SORT,
                    orders.keySet().stream().sorted().collect(Collectors.joining(", "))));
            return usual;
        }
        return (direction.equals("desc") ? order.reversed() : order).thenComparing(usual);
    }

    private int number(String name, int usual, int highest) {
        String value = text(name);
        if (value.isEmpty()) {
            return usual;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= highest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message about it.
        }
        faults.add(Fault.of(name, Text.PARAMETER_NUMBER, 1, highest));
        return usual;
    }

    /** Ends the request when a parameter was wrong. */
    void check() {
        if (!faults.isEmpty()) {
            throw Problem.invalid(faults).exception();
        }
    }
}
