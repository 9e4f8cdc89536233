package dev.rollcall.standalone.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What can be done with records that could not be handled. */
@Command(
        name = "dlt",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = "Shows records that a service could not handle, and publishes them again.",
        subcommands = {DltListCommand.class, DltReplayCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class DltCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
}
