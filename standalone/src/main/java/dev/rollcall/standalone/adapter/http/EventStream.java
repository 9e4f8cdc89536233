package dev.rollcall.standalone.adapter.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Server-sent events as they come. One thread reads; any may close it, which ends the reading. */
public final class EventStream implements AutoCloseable {

    /**
     * A sign of life.
     *
     * @param id where to go on after it; null when the gateway named none
     * @param event null for a heartbeat
     */
    public record Sign(@Nullable String id, @Nullable JsonNode event) {}

    private static final JsonMapper JSON = JsonMapper.shared();

    private final InputStream body;
    private final BufferedReader lines;

    EventStream(InputStream body) {
        this.body = body;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /**
     * Waits for the next event or heartbeat.
     *
     * @return null at the end of the stream
     * @throws IOException when the connection broke, or was closed here
     */
    public @Nullable Sign next() throws IOException {
        String id = null;
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(":")) {
                return new Sign(null, null);
            } else if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.isEmpty() && !data.isEmpty()) {
                return new Sign(id, JSON.readTree(data.toString()));
            }
        }
        return null;
    }

    /** Not by way of the reader, which a reading thread holds the lock of. */
    @Override
    public void close() throws IOException {
        body.close();
    }
}
