package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Bootstrap;
import dev.rollcall.agent.domain.Odp;
import dev.rollcall.agent.domain.TroubleException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs scripts on the host of an ODP as its SSH user. Thread-safe. */
public interface RemoteShell {
    /**
     * Starts a script.
     *
     * @throws TroubleException when the host cannot be reached or refuses
     */
    Talk start(Odp odp, Bootstrap bootstrap) throws TroubleException;

    /** A running script. Not thread-safe. */
    interface Talk extends AutoCloseable {
        /** Sends a line to the script. */
        void send(String line) throws TroubleException;

        /**
         * The next line of the script's output; null at its end.
         *
         * @throws TroubleException when none comes in time, or the connection breaks
         */
        @Nullable
        String readLine(Duration limit) throws TroubleException;

        /** Ends the connection to the script, which may go on. */
        @Override
        void close();
    }
}
