package dev.rollcall.planner.domain;

/** What a person may ask of a task; {@link Controls} tells when. */
public enum ControlKind {
    PAUSE("pause"),
    RESUME("resume"),
    RETRY("retry"),
    SKIP("skip an ODP of"),
    CANCEL("cancel");

    private final String verb;

    ControlKind(String verb) {
        this.verb = verb;
    }

    /** As in "Expected to ... task 't'". */
    String verb() {
        return verb;
    }
}
