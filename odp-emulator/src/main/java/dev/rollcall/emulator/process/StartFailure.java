package dev.rollcall.emulator.process;

import java.io.Serial;

/** A start that cannot go on, for a reason an operator should read in the log. */
final class StartFailure extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    StartFailure(String why) {
        super(why);
    }
}
