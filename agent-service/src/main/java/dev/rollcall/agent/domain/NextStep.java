package dev.rollcall.agent.domain;

/** What to do about a command, given the journal and what runs. */
public sealed interface NextStep {
    /** Journal the intent and act. */
    record Act() implements NextStep {}

    /** The effect has begun, by this task: only watch it. */
    record Watch() implements NextStep {}

    /** The effect has happened. */
    record AlreadyDone() implements NextStep {}

    /** A process runs that does not serve yet: wait for it, then fail. */
    record WaitForLogin() implements NextStep {}

    /** End with this. */
    record Fail(Failure failure) implements NextStep {}
}
