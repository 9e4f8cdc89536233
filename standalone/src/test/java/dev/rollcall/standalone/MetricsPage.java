package dev.rollcall.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The metrics that {@code docs/metrics.md} explains, and those that dashboard and alerts use. */
final class MetricsPage {
    static final Path DOCS = Path.of("..", "docs");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(rollcall_[a-z_]+)` \\|");
    private static final Pattern OWN = Pattern.compile("\\brollcall_[a-z_]+");
    private static final Pattern FOREIGN = Pattern.compile("\\b(?:jvm|process|system)_[a-z_]+");

    private MetricsPage() {}

    /** Names of the table, as Prometheus shows them. */
    static Set<String> explained() throws IOException {
        return found(ROW, Files.readString(DOCS.resolve("metrics.md")), 1);
    }

    /** Names in dashboard and alerts. */
    static Set<String> used() throws IOException {
        String all = read("alerts.yml") + read("grafana/rollcall.json");
        return Stream.of(OWN, FOREIGN)
                .flatMap(names -> {
                    return found(names, all, 0).stream();
                })
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Without what Prometheus appends to the name of a timer. */
    static String family(String name) {
        return name.replaceAll("_seconds_(count|sum|max)$", "_seconds");
    }

    static String read(String file) throws IOException {
        return Files.readString(DOCS.resolve("monitoring").resolve(file));
    }

    private static Set<String> found(Pattern pattern, String text, int group) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(group))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
