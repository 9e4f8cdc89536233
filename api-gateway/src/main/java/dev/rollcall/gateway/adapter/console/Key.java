package dev.rollcall.gateway.adapter.console;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Makes ids of elements out of names that may have any character: they stand in selectors, where most would have to be escaped. */
final class Key {

    private Key() {}

    static String of(String kind, String name) {
        return kind + "-"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }
}
