package dev.rollcall.standalone.cli;

import dev.rollcall.gateway.adapter.yaml.ClusterFileException;
import dev.rollcall.standalone.adapter.broker.DataDirectoryException;
import dev.rollcall.standalone.adapter.http.GatewayException;
import dev.rollcall.standalone.adapter.http.GatewayUnreachableException;
import dev.rollcall.standalone.adapter.inventory.InventoryException;
import dev.rollcall.standalone.adapter.net.PortInUseException;
import java.io.PrintWriter;
import java.util.List;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The program {@code rollcall}. Its exit codes are those of {@link ExitCodes}. */
@Command(
        name = "rollcall",
        mixinStandardHelpOptions = true,
        version = "Rollcall 0.1.0",
        description = "Restarts OceanBase ODP (obproxy) clusters safely, and calls the roll at the end.",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            ClustersCommand.class,
            OdpsCommand.class,
            ApplyCommand.class,
            ImportCommand.class,
            RestartCommand.class,
            TasksCommand.class,
            TaskCommand.class,
            SteerCommand.Pause.class,
            SteerCommand.Resume.class,
            SteerCommand.Retry.class,
            SteerCommand.Skip.class,
            SteerCommand.Cancel.class,
            AuditCommand.class,
            DltCommand.class,
            PrepareCommand.class,
            PasswordCommand.class,
            InitCommand.class,
            DemoHostCommand.class,
            CompletionCommand.class
        },
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", ExitCodes.WORDS})
public final class Rollcall implements Runnable {

    /** Nothing was begun. */
    static final int CANNOT_START = ExitCodes.WRONG_USE;

    private static final String DEBUG = "ROLLCALL_DEBUG";

    private static final List<Class<? extends Exception>> SPEAK_FOR_THEMSELVES = List.of(
            PortInUseException.class,
            DataDirectoryException.class,
            ClusterFileException.class,
            InventoryException.class,
            GatewayException.class,
            GatewayUnreachableException.class);

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
                .setParameterExceptionHandler(Rollcall::explainUse)
                .setExecutionExceptionHandler(Rollcall::explain);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    /** What is wrong, and not the whole of the help below it, which would bury it. */
    private static int explainUse(CommandLine.ParameterException error, String[] arguments) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("rollcall: " + error.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(error, err);
        if (command.getSubcommands().isEmpty()) {
            err.println("See " + command.getCommandSpec().qualifiedName() + " --help");
        } else {
            command.usage(err);
        }
        err.flush();
        return ExitCodes.WRONG_USE;
    }

    private static int explain(Exception error, CommandLine command, CommandLine.ParseResult parsed) {
        PrintWriter err = command.getErr();
        boolean itself = SPEAK_FOR_THEMSELVES.stream().anyMatch(type -> type.isInstance(error));
        boolean client = command.getCommand() instanceof GatewayCommand;
        err.println("rollcall: " + (itself || error.getMessage() != null ? error.getMessage() : error.toString()));
        if (client) {
            if (!itself) {
                explainFurther(error, err);
            }
        } else {
            log(error, itself, err);
        }
        err.flush();
        return client ? codeOf(error) : CANNOT_START;
    }

    private static void explainFurther(Exception error, PrintWriter err) {
        if (System.getenv(DEBUG) == null) {
            err.println("That should not happen; " + DEBUG + "=1 shows the details");
        } else {
            error.printStackTrace(err);
        }
    }

    private static void log(Exception error, boolean itself, PrintWriter err) {
        if (!itself) {
            LoggerFactory.getLogger(Rollcall.class).error("Rollcall cannot go on", error);
            err.println("The details are in the log: " + Terminal.logFile());
        } else if (Terminal.logs()) {
            LoggerFactory.getLogger(Rollcall.class).info("Refused: {}", error.getMessage());
        }
    }

    private static int codeOf(Exception error) {
        if (error instanceof GatewayUnreachableException) {
            return ExitCodes.UNREACHABLE;
        }
        if (error instanceof GatewayException refusal) {
            return refusal.status() >= 500 ? ExitCodes.UNREACHABLE : ExitCodes.REFUSED;
        }
        return ExitCodes.WRONG_USE;
    }
}
