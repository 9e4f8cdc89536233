package dev.rollcall.task.domain;

/** The questions on which the promises of {@link TaskFold} rest. Each is asked here alone, so that a test can ask what is noticed when one is answered wrongly. */
class Safeguards {
    static final Safeguards KEPT = new Safeguards();

    Safeguards() {}

    /** Present are those alone that answered the latest roll call from a new process. */
    int present(Tally tally) {
        return tally.answered();
    }
}
