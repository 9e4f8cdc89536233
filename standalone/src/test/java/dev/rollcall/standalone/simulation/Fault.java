package dev.rollcall.standalone.simulation;

/** What goes wrong by chance; a seed decides which of these do, and how often. */
enum Fault {
    /** A record is seen up to 40 s late by one reader. */
    LATE_RECORD(30),
    /** An agent's result reaches the topic up to 90 s late. */
    LATE_RESULT(30),
    /** What the monitor saw reaches the topic up to 120 s late. */
    LATE_STATUS(10),
    RESULT_TWICE(10),
    RESULT_LOST(30),
    COMMAND_LOST(30),
    CONTROL_TWICE(4),
    /** A step on a host is not done, and the agent hears a timeout. */
    PORT_FAILS(80),
    /** A step on a host is done, and the agent hears a timeout all the same. */
    PORT_DOES_AND_TIMES_OUT(60),
    AGENT_DIES(150),
    /** An agent loses its partitions to another one and goes on with what it has begun. */
    AGENT_IS_CUT_OFF(100),
    PLANNER_DIES(40),
    TASK_SERVICE_DIES(40),
    CHILD_DIES(10),
    CHILD_HANGS(14),
    START_FAILS(12),
    WOULD_NOT_STOP(15),
    /** It answers no login for a while. */
    ODP_HANGS(15),
    SLOW_HOST(12);

    /** About one in so many when it happens at all. */
    final int oneIn;

    Fault(int oneIn) {
        this.oneIn = oneIn;
    }
}
