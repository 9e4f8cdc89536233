package dev.rollcall.planner.domain;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a launcher needs to know beside its name.
 *
 * @param runAs user that the ODP runs as; null: the SSH user
 * @param startCommand program and arguments; empty but for the launcher {@code command}
 * @param stopCommand program and arguments; empty: by signal
 */
public record Launch(
        @Nullable String runAs, List<String> startCommand, List<String> stopCommand, Map<String, String> environment) {

    /** Nothing beside the name. */
    public static final Launch PLAIN = new Launch(null, List.of(), List.of(), Map.of());

    public Launch {
        startCommand = List.copyOf(startCommand);
        stopCommand = List.copyOf(stopCommand);
        environment = Map.copyOf(environment);
    }

    /** Characters of all commands and of the environment together. */
    int length() {
        return Stream.of(startCommand, stopCommand, environment.keySet(), environment.values())
                .flatMap(Collection::stream)
                .mapToInt(String::length)
                .sum();
    }
}
