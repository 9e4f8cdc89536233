package dev.rollcall.standalone.cli;

import dev.rollcall.schemas.Topics;
import dev.rollcall.standalone.adapter.dlt.DeadLetter;
import dev.rollcall.standalone.adapter.dlt.DeadLetters;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Lists dead letters. */
@Command(
        name = "list",
        description = {
            "Lists the records that were put aside: where, of which key, when written, and why.",
            "Each is a defect of somebody: of the program that wrote it, or of the service that could not read it."
        })
final class DltListCommand extends DeadLetterCommand {

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            split = ",",
            description = "Only what came from these topics (odp.commands.v1). Default: all of Rollcall's.")
    private @Nullable List<String> topics;

    @Option(names = "--values", description = "Also what is in them, where it can be decoded.")
    private boolean valuesToo;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json (default: ${DEFAULT-VALUE}).")
    private GatewayCommand.Output output = GatewayCommand.Output.TEXT;

    @Override
    int run(DeadLetters letters) {
        List<Topics> wanted = topics == null
                ? Arrays.asList(Topics.values())
                : topics.stream()
                        .map(name -> Topics.of(name.endsWith("-dlt") ? name.substring(0, name.length() - 4) : name))
                        .toList();
        List<DeadLetter> found = letters.read(wanted);
        if (output == GatewayCommand.Output.JSON) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode();
            for (DeadLetter letter : found) {
                String decoded = letters.decoded(letter);
                ObjectNode one = all.addObject()
                        .put("name", letter.name().toString())
                        .put("topic", letter.source().topicName())
                        .put("partition", letter.name().partition())
                        .put("offset", letter.name().offset())
                        .put("key", letter.key())
                        .put("at", letter.at().toString())
                        .put("reason", letter.reason())
                        .put("bytes", letter.size())
                        .put("readable", decoded != null)
                        .put("value", decoded);
                ObjectNode headers = one.putObject("headers");
                letter.told().forEach(headers::put);
            }
            out().line("%s", all.toString());
            return ExitCodes.DONE;
        }
        for (DeadLetter letter : found) {
            String decoded = letters.decoded(letter);
            out().line("%s", letter.name().toString());
            out().line(
                            "  key %s, written %s, %d bytes, %s",
                            letter.key().isEmpty() ? "-" : letter.key(),
                            letter.at(),
                            letter.size(),
                            decoded == null ? "not readable as a record of its topic" : "readable now");
            letter.told().forEach((header, value) -> out().line("  %s: %s", header, value));
            if (valuesToo && decoded != null) {
                out().line("  %s", decoded);
            }
        }
        out().line("%d record(s) put aside", found.size());
        return ExitCodes.DONE;
    }
}
