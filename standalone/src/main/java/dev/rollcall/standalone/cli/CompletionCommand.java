package dev.rollcall.standalone.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what completes this program's commands in a shell. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        description = {
            "Prints a script that completes commands and options in bash and zsh.",
            "To use it: source <(rollcall completion)"
        })
final class CompletionCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        new Terminal(spec.commandLine().getOut())
                .line("%s", AutoComplete.bash("rollcall", spec.root().commandLine()));
        return ExitCodes.DONE;
    }
}
