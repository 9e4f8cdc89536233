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
     * @param alone in an SSH session of its own: nothing else goes through it but what asks for its {@link Talk#route()}, and it ends with the talk,
     *     or when the script ends it
     * @throws TroubleException when the host cannot be reached or refuses
     */
    Talk start(Odp odp, Bootstrap bootstrap, boolean alone) throws TroubleException;

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

        /** The SSH session it runs in. */
        Route route();

        /** Ends the connection to the script, which may go on. */
        @Override
        void close();
    }
}
