package dev.rollcall.standalone.app;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a standalone Rollcall runs.
 *
 * @param data directory for everything that must outlive the process
 * @param reach from where the gateway can be reached
 * @param users who may sign in
 * @param more further settings for the services, by their full names; they win
 */
public record StandaloneSettings(Path data, Ports ports, Reach reach, Users users, Map<String, Object> more) {

    /** The option that chooses the gateway's port. */
    public static final String HTTP_PORT_OPTION = "--port";

    /** The option that chooses the port of probes and metrics. */
    public static final String MANAGEMENT_PORT_OPTION = "--management-port";

    /** Ports, all but that of the gateway on 127.0.0.1; 0 takes any free one. */
    public record Ports(int http, int management, int kafka, int registry) {}

    /**
     * From where the gateway can be reached, and how.
     *
     * @param address to listen on
     * @param certificate PEM file with the certificate chain; null: no TLS
     * @param key PEM file with its private key; null: no TLS
     */
    public record Reach(
            String address,
            @Nullable Path certificate,
            @Nullable Path key) {

        /** From this machine only. */
        public static final Reach LOOPBACK = new Reach("127.0.0.1", null, null);

        boolean hasTls() {
            return certificate != null && key != null;
        }

        /** The address this process itself uses. */
        String ownAddress() {
            return address.equals("0.0.0.0") || address.equals("::") ? "127.0.0.1" : address;
        }
    }

    public StandaloneSettings {
        data = data.toAbsolutePath().normalize();
        more = Map.copyOf(more);
    }
}
