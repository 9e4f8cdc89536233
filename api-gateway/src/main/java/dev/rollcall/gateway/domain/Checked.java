package dev.rollcall.gateway.domain;

import java.util.List;

/** What came of checking a form: something valid, or everything that is wrong with it. */
public sealed interface Checked<T> {

    /** Valid. */
    record Valid<T>(T value) implements Checked<T> {}

    /** Not valid; the faults are in the order of the form and never empty. */
    record Invalid<T>(List<Fault> faults) implements Checked<T> {
        public Invalid {
            faults = List.copyOf(faults);
        }
    }
}
