package dev.rollcall.gateway.domain;

import org.jspecify.annotations.Nullable;

/** What can be said of one ODP or, as a default, of all; null where it was left out. */
public record OdpSettings(
        @Nullable String home,
        @Nullable Integer sqlPort,
        @Nullable String adminAddress,
        @Nullable String launcher,
        @Nullable String sshUser,
        @Nullable Integer sshPort,
        @Nullable String sshCredential,
        @Nullable String adminCredential,
        @Nullable String probeCredential) {

    /** Nothing said. */
    public static final OdpSettings NONE = new OdpSettings(null, null, null, null, null, null, null, null, null);

    /** These settings, and where they say nothing the given ones. */
    OdpSettings over(OdpSettings defaults) {
        return new OdpSettings(
                home != null ? home : defaults.home,
                sqlPort != null ? sqlPort : defaults.sqlPort,
                adminAddress != null ? adminAddress : defaults.adminAddress,
                launcher != null ? launcher : defaults.launcher,
                sshUser != null ? sshUser : defaults.sshUser,
                sshPort != null ? sshPort : defaults.sshPort,
                sshCredential != null ? sshCredential : defaults.sshCredential,
                adminCredential != null ? adminCredential : defaults.adminCredential,
                probeCredential != null ? probeCredential : defaults.probeCredential);
    }
}
