package dev.rollcall.agent.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of an ODP runs, as host and admin login together show it. */
public sealed interface Sight {
    /**
     * A new login answered.
     *
     * @param process the process that answered it
     * @param others further processes of this ODP, which drain
     * @param upgrade what it says of hot restarts
     * @param restartPending proxy_local_cmd is 2: a restart was asked for and the tick has not come yet
     * @param businessFlaw why the business path is broken; null: it is not, or was not looked at
     */
    record Serves(
            ProcessIdentity process,
            List<ProcessIdentity> others,
            UpgradeInfo upgrade,
            boolean inherited,
            boolean restartPending,
            @Nullable String businessFlaw)
            implements Sight {}

    /**
     * Processes run, the likeliest to serve first, but a new login was not answered by one of them.
     *
     * @param failure why, as it is reported where that ends a command
     */
    record RunsWithoutServing(List<ProcessIdentity> processes, Failure failure) implements Sight {}

    /** The port is held, by no process of that home that the SSH user can see. */
    record PortHeldByOther(String why) implements Sight {}

    /** No process of this port and home runs. */
    record NothingRuns() implements Sight {}
}
