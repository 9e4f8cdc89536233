package dev.rollcall.gateway.adapter.web;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Documents as JSON, made once for the many streams that tell the same at about the same time. Remembers the last of each of a fixed
 * number of places; two that share a place only make each other anew. For any thread.
 */
final class SharedJson {

    private static final int PLACES = 1_024;

    private record Made(Object of, long revision, String json) {}

    private final JsonMapper mapper;
    private final AtomicReferenceArray<@Nullable Made> places = new AtomicReferenceArray<>(PLACES);

    SharedJson(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /** The JSON of a document that nobody shares, on one line. */
    String of(Object document) {
        return mapper.writeValueAsString(document);
    }

    /**
     * The JSON of a document, on one line.
     *
     * @param of what it is about, by its {@code equals}
     * @param revision another one: it has changed, and is made anew
     * @param document makes it, where it is not remembered
     */
    String of(Object of, long revision, Supplier<Object> document) {
        int place = Math.floorMod(of.hashCode(), PLACES);
        Made made = places.get(place);
        if (made != null && made.revision == revision && made.of.equals(of)) {
            return made.json;
        }
        String json = mapper.writeValueAsString(document.get());
        places.set(place, new Made(of, revision, json));
        return json;
    }
}
