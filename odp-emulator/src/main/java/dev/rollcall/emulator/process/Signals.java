package dev.rollcall.emulator.process;

import sun.misc.Signal;

/** Signal handlers. Java has them only in a package it does not promise to keep. */
final class Signals {

    private Signals() {}

    /** Runs an action in a thread of the JVM each time the signal arrives. */
    static void handle(String name, Runnable action) {
        Signal.handle(new Signal(name), signal -> action.run());
    }
}
