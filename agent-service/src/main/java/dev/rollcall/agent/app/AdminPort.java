package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.UpgradeInfo;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Logs in to the admin port of an ODP, by way of its host. Thread-safe. */
public interface AdminPort {
    /**
     * @param route the SSH session to go through; null: any
     * @param address where the ODP listens, as seen on its host
     * @param timeout for the login and for each answer
     */
    Session login(Odp odp, @Nullable Route route, String address, Duration timeout) throws LoginException;

    /** {@code SELECT 1} through the ODP's probe credential. */
    void checkBusinessPath(Odp odp, String address, Duration timeout) throws LoginException;

    /** A login, bound to the one process that answered it. Not thread-safe. */
    interface Session extends AutoCloseable {
        /** The process that answers, read now. */
        long pid() throws LoginException;

        UpgradeInfo upgrade() throws LoginException;

        /** Value of a setting; empty when the ODP does not know it. */
        Optional<String> setting(String name) throws LoginException;

        /** All values of the settings that are like {@code pattern} (SQL LIKE). */
        Map<String, String> settings(String pattern) throws LoginException;

        /** Values of the settings that are not at their default, hashes of passwords among them: to be compared, never shown. */
        Map<String, String> differing() throws LoginException;

        void alter(String name, String value) throws LoginException;

        /** Such as 4.3.1.0. */
        String version() throws LoginException;

        /** Open client connections, this one included; empty when the ODP does not tell. */
        Optional<Long> clientConnections() throws LoginException;

        @Override
        void close();
    }
}
