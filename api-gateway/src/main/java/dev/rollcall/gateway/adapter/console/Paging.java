package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.domain.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where in a list a page stands, and the addresses of its neighbours.
 *
 * @param pages how many there are, at least 1
 * @param previous address of the page before; empty for the first
 * @param next address of the page behind; empty for the last
 */
record Paging(int number, int pages, int total, int from, int to, String previous, String next) {

    static Paging of(Page<?> page, String path, Map<String, String> filter) {
        int pages = Math.max(1, (page.total() + page.size() - 1) / page.size());
        int from = (page.number() - 1) * page.size();
        return new Paging(
                page.number(),
                pages,
                page.total(),
                page.items().isEmpty() ? 0 : from + 1,
                from + page.items().size(),
                page.number() > 1 ? address(path, filter, page.number() - 1) : "",
                page.number() < pages ? address(path, filter, page.number() + 1) : "");
    }

    /** An address with a filter and the number of a page; what is empty is left out. */
    static String address(String path, Map<String, String> filter, int page) {
        StringBuilder address = new StringBuilder(path);
        filter.forEach((name, value) -> {
            if (!value.isEmpty()) {
                append(address, name, value);
            }
        });
        if (page > 1) {
            append(address, "page", Integer.toString(page));
        }
        return address.toString();
    }

    private static void append(StringBuilder address, String name, String value) {
        address.append(address.indexOf("?") < 0 ? '?' : '&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
}
