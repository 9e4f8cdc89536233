package dev.rollcall.standalone.cli;

import dev.rollcall.schemas.Topics;
import dev.rollcall.schemas.serde.SchemasInPlace;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import picocli.CommandLine.Command;

/** Registers the schemas. */
@Command(
        name = "schemas",
        description = {
            "Registers the schema of each topic, for services that run with auto.register.schemas=false.",
            "To be done before services of a new release are started. Each subject then demands "
                    + SchemasInPlace.COMPATIBILITY + "."
        })
final class PrepareSchemasCommand extends KafkaCommand {

    @Override
    int run(Map<String, Object> client) {
        try {
            Map<Topics, Integer> ids = SchemasInPlace.ensure(client);
            ids.forEach((topic, id) -> out().line("%-34s id %d", topic.subject(), id));
            return ExitCodes.DONE;
        } catch (SerializationException e) {
            err().line("rollcall: %s", String.valueOf(e.getMessage()));
            return ExitCodes.REFUSED;
        }
    }
}
