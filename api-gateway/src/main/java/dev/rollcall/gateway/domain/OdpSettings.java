package dev.rollcall.gateway.domain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        @Nullable String probeCredential,
        @Nullable String sshJump,
        @Nullable String runAs,
        @Nullable List<String> startCommand,
        @Nullable List<String> stopCommand,
        @Nullable Map<String, String> environment) {

    /** Nothing said. */
    public static final OdpSettings NONE =
            new OdpSettings(null, null, null, null, null, null, null, null, null, null, null, null, null, null);

    /** These settings, and where they say nothing the given ones; of the environment, variable by variable. */
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
                probeCredential != null ? probeCredential : defaults.probeCredential,
                sshJump != null ? sshJump : defaults.sshJump,
                runAs != null ? runAs : defaults.runAs,
                startCommand != null ? startCommand : defaults.startCommand,
                stopCommand != null ? stopCommand : defaults.stopCommand,
                both(defaults.environment, environment));
    }

    private static @Nullable Map<String, String> both(
            @Nullable Map<String, String> defaults, @Nullable Map<String, String> own) {
        if (defaults == null || own == null) {
            return own == null ? defaults : own;
        }
        Map<String, String> both = new LinkedHashMap<>(defaults);
        both.putAll(own);
        return both;
    }
}
