package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.Notice;

/** Somebody outside who is told of tasks. */
public interface NoticeReceiver {

    /** Its name, the same on every gateway; part of the name of its consumer group. */
    String name();

    /** Whether it wants to hear of it at all. */
    boolean wants(Notice notice);

    /**
     * Tells it, once; waits for the answer, for some seconds at most.
     *
     * @return whether it has taken it; if not, it is to be told again
     */
    boolean tell(Notice notice);
}
