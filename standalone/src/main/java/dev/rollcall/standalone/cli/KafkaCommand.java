package dev.rollcall.standalone.cli;

import dev.rollcall.schemas.serde.RegistryUnavailableException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that speaks to Kafka itself, with the rights of a Kafka client. */
@Command(
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        footer = {"", "Exit codes: 0 done; 2 wrong use; 3 refused; 5 Kafka or the registry does not answer."})
abstract class KafkaCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public final Integer call() throws IOException, InterruptedException {
        Terminal.noLog();
        try {
            return run(kafka.client());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        } catch (RegistryUnavailableException e) {
            err().line("rollcall: the schema registry does not answer: %s", String.valueOf(e.getMessage()));
            return ExitCodes.UNREACHABLE;
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            err().line(
                            "rollcall: Kafka does not answer as it should: %s",
                            String.valueOf(cause == null ? e.getMessage() : cause.getMessage()));
            return ExitCodes.UNREACHABLE;
        }
    }

    /**
     * Does it.
     *
     * @param client settings of a Kafka client and of the serde
     * @return exit code
     * @throws IllegalArgumentException in words, for wrong use
     * @throws KafkaException when Kafka does not answer, or refuses
     */
    abstract int run(Map<String, Object> client) throws InterruptedException;

    final Terminal out() {
        return new Terminal(spec.commandLine().getOut());
    }

    final Terminal err() {
        return new Terminal(spec.commandLine().getErr());
    }
}
