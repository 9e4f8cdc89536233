package dev.rollcall.agent.domain;

/** Whose fault a failure is, as the contract defines it. */
public enum FailureCategory {
    /** The ODP or its host. */
    TARGET,
    /** Host or network. */
    UNREACHABLE,
    /** The outcome is not known within the time given. */
    TIMED_OUT,
    /** Nothing was touched. */
    REFUSED,
    /** Not the process that was meant. */
    CHANGED,
    /** Rollcall or Kafka. */
    PLATFORM
}
