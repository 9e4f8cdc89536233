package dev.rollcall.agent.adapter.ssh;

import java.util.Optional;

/** Finds an SSH credential by the name a definition uses. */
@FunctionalInterface
public interface SshCredentials {
    Optional<SshCredential> find(String name);
}
