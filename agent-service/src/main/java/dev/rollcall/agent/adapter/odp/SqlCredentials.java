package dev.rollcall.agent.adapter.odp;

import java.util.Optional;

/** Finds an SQL credential by the name a definition uses. */
@FunctionalInterface
public interface SqlCredentials {
    Optional<SqlCredential> find(String name);
}
