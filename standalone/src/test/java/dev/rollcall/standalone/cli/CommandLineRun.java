package dev.rollcall.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** A command of {@code rollcall}, run in this JVM. */
public final class CommandLineRun {
    private CommandLineRun() {}

    /** Runs it, and fails with its words when it does. */
    public static void succeeds(String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine commands =
                Rollcall.commandLine().setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
        assertThat(commands.execute(arguments))
                .as("rollcall %s: %s", String.join(" ", arguments), said)
                .isZero();
    }
}
