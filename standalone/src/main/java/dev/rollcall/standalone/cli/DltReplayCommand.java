package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.dlt.DeadLetter;
import dev.rollcall.standalone.adapter.dlt.DeadLetterName;
import dev.rollcall.standalone.adapter.dlt.DeadLetters;
import java.io.Console;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Publishes dead letters again. */
@Command(
        name = "replay",
        description = {
            "Publishes records that were put aside again: on the topic and partition they came from, exactly as they were."
                    + " Do it when what could not read them has been mended.",
            "A replayed command restarts no ODP twice: the host refuses what is older than the newest task it knows, and"
                    + " what is done already. A restart request that is too old is rejected. Records of topics that keep the"
                    + " latest state are refused.",
            "Each replay is told in the audit (REPLAY_DEAD_LETTER), and in a header of the record. The record also stays"
                    + " where it was put aside."
        })
final class DltReplayCommand extends DeadLetterCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME",
            description = "Which, as dlt list names them: odp.commands.v1-dlt/3/17.")
    private List<String> names = List.of();

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--as",
            paramLabel = "USER",
            description =
                    "Who the audit says did it (default: the user of this machine). Kafka's own log knows the client.")
    private @Nullable String user;

    @Override
    int run(DeadLetters letters) throws InterruptedException {
        Set<DeadLetterName> wanted = new LinkedHashSet<>();
        names.forEach(name -> wanted.add(DeadLetterName.parse(name)));
        List<DeadLetter> found = new ArrayList<>();
        boolean refused = false;
        // All are looked at before the first is published.
        for (DeadLetterName name : wanted) {
            DeadLetter letter = letters.read(name);
            String refusal = letter == null ? "it is not there, or not any more" : DeadLetters.refusal(letter.source());
            if (letter == null || refusal != null) {
                err().line("rollcall: %s is not replayed: %s", name, String.valueOf(refusal));
                refused = true;
            } else {
                found.add(letter);
            }
        }
        if (refused) {
            err().line("rollcall: nothing was replayed");
            return ExitCodes.REFUSED;
        }
        confirm(found);
        String who = user == null ? System.getProperty("user.name", "unknown") : user;
        for (DeadLetter letter : found) {
            out().line("%s is published again, as %s", letter.name(), letters.replay(letter, who));
        }
        return ExitCodes.DONE;
    }

    private void confirm(List<DeadLetter> found) {
        if (yes) {
            return;
        }
        Console console = Terminals.canAsk() ? System.console() : null;
        if (console == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Nobody can be asked whether to publish %d record(s): --yes says so".formatted(found.size()));
        }
        for (DeadLetter letter : found) {
            err().line("%s, key %s: %s", letter.name(), letter.key(), letter.reason());
        }
        String answer = console.readLine("Publish %d record(s) again? [yes/no] ", found.size());
        if (!"yes".equalsIgnoreCase(answer == null ? null : answer.strip())) {
            throw new ParameterException(spec.commandLine(), "Not confirmed; nothing was replayed");
        }
    }
}
