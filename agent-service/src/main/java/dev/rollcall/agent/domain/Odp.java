package dev.rollcall.agent.domain;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An ODP as it is defined; credentials by name.
 *
 * @param adminAddress address for the admin login as seen on the host; null: found from the listening socket
 * @param home working directory of the ODP
 * @param sshJump hosts to go through, {@code [user@]host[:port]} each, separated by commas; null: straight
 */
public record Odp(
        ClusterId cluster,
        OdpId id,
        String host,
        int sshPort,
        String sshUser,
        String sshCredential,
        int sqlPort,
        @Nullable String adminAddress,
        String home,
        String launcher,
        String adminCredential,
        @Nullable String probeCredential,
        @Nullable String sshJump,
        Launch launch) {

    /** An ODP that is reached straight, and of whose launcher there is nothing to say but its name. */
    public Odp(
            ClusterId cluster,
            OdpId id,
            String host,
            int sshPort,
            String sshUser,
            String sshCredential,
            int sqlPort,
            @Nullable String adminAddress,
            String home,
            String launcher,
            String adminCredential,
            @Nullable String probeCredential) {
        this(
                cluster,
                id,
                host,
                sshPort,
                sshUser,
                sshCredential,
                sqlPort,
                adminAddress,
                home,
                launcher,
                adminCredential,
                probeCredential,
                null,
                Launch.PLAIN);
    }

    /** Empty for a name that is no launcher's. */
    public Optional<Launcher> launching() {
        return Launcher.of(launcher);
    }

    /** The user that the ODP runs as, and that everything on its host is done as. */
    public String user() {
        String runAs = launch.runAs();
        return runAs == null ? sshUser : runAs;
    }

    /** The launcher that is the binary itself, started from its home. */
    public static final String PLAIN_LAUNCHER = "obproxy";

    /** Why this definition cannot be worked with, in words; null when it can. */
    public @Nullable String flaw() {
        if (!home.startsWith("/") || home.chars().anyMatch(c -> c < ' ' || c == 127)) {
            return "the home '" + home.replaceAll("[\\p{Cntrl}]", "?")
                    + "' is not an absolute path without control characters";
        }
        if (sqlPort < 1 || sqlPort > 65535 || sshPort < 1 || sshPort > 65535) {
            return "a port is outside 1..65535 (SQL " + sqlPort + ", SSH " + sshPort + ")";
        }
        String launchFlaw = launch.flaw();
        if (launchFlaw != null) {
            return launchFlaw;
        }
        if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ' || c == 127)) {
            return "the host name '" + host + "' is empty or has blanks";
        }
        try {
            jumpHosts();
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
        return null;
    }

    /**
     * The hosts to go through, in their order.
     *
     * @throws IllegalArgumentException when they cannot be read, which {@link #flaw} tells
     */
    public List<JumpHost> jumpHosts() {
        return JumpHost.parse(sshJump);
    }

    /** Where it is, for a person. */
    public String place() {
        return "ODP " + id + " on " + host + " (port " + sqlPort + ", home " + home + ")";
    }
}
