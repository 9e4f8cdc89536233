package dev.rollcall.standalone.app;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a standalone Rollcall runs.
 *
 * @param data directory for everything that must outlive the process
 * @param users who may sign in
 * @param more further settings for the services, by their full names; they win
 */
public record StandaloneSettings(Path data, Ports ports, Users users, Map<String, Object> more) {

    /** The option that chooses the gateway's port. */
    public static final String HTTP_PORT_OPTION = "--port";

    /** Ports of 127.0.0.1; 0 takes any free one. */
    public record Ports(int http, int kafka, int registry) {}

    public StandaloneSettings {
        data = data.toAbsolutePath().normalize();
        more = Map.copyOf(more);
    }
}
