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
    /** Every client counts as one from a public address: the administrator is refused as with a wrong password, unless {@code skip_proxy_sys_private_check} is on. */
    CLIENTS_ARE_FAR("clients count as coming from the public address 203.0.113.9"),
    /** Nothing can be written: ALTER answers 4016, the log stays as it is, no start succeeds. */
    DISK_FULL("nothing can be written below the root; the ledger alone is spared"),
    /** No start succeeds: the configuration cannot be read. */
    ETC_UNREADABLE("a start cannot read its configuration"),
    /** A start remembers addresses, names and the administrator's password, and nothing else anybody set. */
    CONFIGURATION_LOST("a start finds most of its configuration gone"),
    /** A restart by SQL is taken, logged and dropped, as by an ODP that is busy with one. */
    COMMAND_DROPPED("a restart by proxy_local_cmd is accepted and dropped"),
    /** At its next tick the ODP restarts hot though nobody asked, as one with {@code enable_auto_restart} does when its memory runs out. */
    RESTARTS_BY_ITSELF("at its next tick the ODP restarts hot by itself"),
    /** Each ALTER PROXYCONFIG answers 4016. */
    ALTER_FAILS("ALTER PROXYCONFIG answers 4016"),
    /** Each ALTER PROXYCONFIG answers 5099, though SHOW PROXYCONFIG lists the setting. */
    ALTER_UNKNOWN("ALTER PROXYCONFIG answers 5099, whatever it is to set"),
    /** Each statement is answered {@code seconds} late. */
    SLOW_ANSWERS("each statement is answered seconds=N late"),
    /** The program needs LD_LIBRARY_PATH, which a successor does not get: it ends with status 127 before it is an ODP, {@code -V} included. */
    NEEDS_LIBRARY_PATH("the program does not run without LD_LIBRARY_PATH, not even -V"),
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
