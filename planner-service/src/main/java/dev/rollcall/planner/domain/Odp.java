package dev.rollcall.planner.domain;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One ODP as it is defined, with the names of its credentials.
 *
 * @param revision revision of the cluster definition that it comes from; 0 while it is only asked for
 * @param sshJump hosts on the way to it; null: none
 */
public record Odp(
        OdpId odpId,
        long revision,
        String host,
        String zone,
        int sqlPort,
        @Nullable String adminAddress,
        String home,
        String launcher,
        String sshUser,
        int sshPort,
        String sshCredential,
        String adminCredential,
        @Nullable String probeCredential,
        @Nullable String sshJump,
        Launch launch) {

    public Odp {
        // One that was stored before there were launchers has none.
        launch = Objects.requireNonNullElse(launch, Launch.PLAIN);
    }

    Odp atRevision(long newRevision) {
        return new Odp(
                odpId,
                newRevision,
                host,
                zone,
                sqlPort,
                adminAddress,
                home,
                launcher,
                sshUser,
                sshPort,
                sshCredential,
                adminCredential,
                probeCredential,
                sshJump,
                launch);
    }
}
