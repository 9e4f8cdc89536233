package dev.rollcall.standalone.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What an installation wants of a Kafka of its own, where the services may not do it themselves. */
@Command(
        name = "kafka",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = {
            "Prepares a Kafka for Rollcall: topics, schemas, access rules. Doing it again changes nothing.",
            "Services that may create topics and register schemas do both by themselves when they start."
        },
        subcommands = {PrepareTopicsCommand.class, PrepareSchemasCommand.class, PrepareAclsCommand.class},
        synopsisSubcommandLabel = "COMMAND")
final class PrepareCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
}
