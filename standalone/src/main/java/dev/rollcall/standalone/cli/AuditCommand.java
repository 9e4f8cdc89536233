package dev.rollcall.standalone.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What can be done with the audit. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Checks the audit.",
        subcommands = AuditVerifyCommand.class,
        synopsisSubcommandLabel = "COMMAND")
final class AuditCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }
}
