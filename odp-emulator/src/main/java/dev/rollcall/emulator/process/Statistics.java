package dev.rollcall.emulator.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What SHOW PROXYSTAT lists: the names recorded from 4.3.1.0, and values as of the last REFRESH. Safe for several threads. */
final class Statistics {

    /** One name; persistType is {@code PERSISTENT} or the word {@code NULL}. */
    record Stat(String name, String persistType) {}

    private final List<Stat> stats = new ArrayList<>();
    private Map<String, Long> shown = new HashMap<>();

    Statistics() {
        InputStream resource = Objects.requireNonNull(
                Statistics.class.getResourceAsStream("statistics.tsv"), "statistics.tsv is missing");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            lines.readLine();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] field = line.split("\t", -1);
                stats.add(new Stat(field[0], field[1]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Stat> stats() {
        return stats;
    }

    synchronized void refresh(Map<String, Long> live) {
        shown = Map.copyOf(live);
    }

    synchronized long value(String name) {
        return shown.getOrDefault(name, 0L);
    }
}
