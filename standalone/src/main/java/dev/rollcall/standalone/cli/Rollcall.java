package dev.rollcall.standalone.cli;

import dev.rollcall.gateway.adapter.yaml.ClusterFileException;
import dev.rollcall.standalone.adapter.broker.DataDirectoryException;
import dev.rollcall.standalone.adapter.http.GatewayException;
import dev.rollcall.standalone.adapter.net.PortInUseException;
import java.io.PrintWriter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code rollcall}. Exit codes: 0 done, 1 the task did not complete, 2 wrong use or cannot start. */
@Command(
        name = "rollcall",
        mixinStandardHelpOptions = true,
        version = "Rollcall 0.1.0",
        description = "Restarts OceanBase ODP (obproxy) clusters safely, and calls the roll at the end.",
        subcommands = {DemoCommand.class, ServeCommand.class, AuditCommand.class, PasswordCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 done; 1 the task did not complete; 2 wrong use, or Rollcall cannot start."})
public final class Rollcall implements Runnable {

    static final int NOT_COMPLETED = 1;
    static final int CANNOT_START = 2;

    private static final List<Class<? extends Exception>> SPEAK_FOR_THEMSELVES = List.of(
            PortInUseException.class, DataDirectoryException.class, ClusterFileException.class, GatewayException.class);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] args) {
        int code = commandLine().execute(args);
        // Not System.exit while a signal is being handled: the shutdown hook has the word then.
        System.exit(code);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Rollcall())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Rollcall::explain);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    private static int explain(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        Logger log = LoggerFactory.getLogger(Rollcall.class);
        if (SPEAK_FOR_THEMSELVES.stream().anyMatch(type -> type.isInstance(error))) {
            if (Terminal.logs()) {
                log.info("Refused: {}", error.getMessage());
            }
            err.println("rollcall: " + error.getMessage());
        } else {
            log.error("Rollcall cannot go on", error);
            err.println("rollcall: " + error.getMessage());
            err.println("The details are in the log: " + Terminal.logFile());
        }
        err.flush();
        return CANNOT_START;
    }
}
