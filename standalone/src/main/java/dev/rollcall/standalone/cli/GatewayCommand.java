package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import java.util.Collection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A command that asks a running gateway. It starts no log, no Spring and no Kafka: it is to be done in well under a second. */
@Command(
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        footer = {"", ExitCodes.WORDS})
abstract class GatewayCommand implements Callable<Integer> {

    /** How results are shown. */
    enum Output {
        TEXT,
        JSON
    }

    @Mixin
    private GatewayOptions gatewayOptions = new GatewayOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "text, or json: one document on standard output and nothing else (default: ${DEFAULT-VALUE}).")
    private Output output = Output.TEXT;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public final Integer call() throws Exception {
        return run(gatewayOptions.client(spec.commandLine()));
    }

    abstract int run(GatewayClient gateway) throws Exception;

    final boolean json() {
        return output == Output.JSON;
    }

    final Terminal out() {
        return new Terminal(spec.commandLine().getOut());
    }

    /** For what is no result: warnings, questions. */
    final Terminal err() {
        return new Terminal(spec.commandLine().getErr());
    }

    final void print(JsonNode document) {
        out().line("%s", document.toString());
    }

    final void print(Collection<JsonNode> items) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        items.forEach(all::add);
        print(all);
    }
}
