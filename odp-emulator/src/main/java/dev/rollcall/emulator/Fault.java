package dev.rollcall.emulator;

import java.util.Locale;

/** What can be made to go wrong in an emulated ODP: a file of that name in {@code <home>/fault/}. */
public enum Fault {
    /** The successor of a hot restart ends with status 1 before it serves, after {@code seconds}. */
    CHILD_DIES("the successor of a hot restart ends before it serves, after seconds=N (0)"),
    /** The successor of a hot restart never serves and never ends. */
    CHILD_HANGS("the successor of a hot restart never serves"),
    /** Any start takes {@code seconds} longer. */
    SLOW_START("any start takes seconds=N longer"),
    /** A cold start finds its port taken. */
    PORT_TAKEN("a cold start behaves as if its port were taken"),
    /** A cold start ends before it listens. */
    START_FAILS("a cold start ends before it listens"),
    /** SIGTERM and SIGINT do nothing. */
    IGNORES_SIGTERM("SIGTERM and SIGINT do nothing"),
    /** The administrator's password is refused, whatever it is. */
    WRONG_ADMIN_PASSWORD("logins of root@proxysys are refused"),
    /** New connections are accepted and never greeted. */
    NO_GREETING("new connections are accepted and never greeted"),
    /** The process ends like a crash, {@code seconds} after it began to serve. */
    CRASH_AFTER("the process ends like a crash, seconds=N after it began to serve");

    private final String meaning;

    Fault(String meaning) {
        this.meaning = meaning;
    }

    /** The name of its file, e.g. {@code child-dies}. */
    public String fileName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** One line for people. */
    public String meaning() {
        return meaning;
    }
}
