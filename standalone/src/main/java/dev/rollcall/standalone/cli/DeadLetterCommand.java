package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.dlt.DeadLetters;
import java.util.Map;

/** A command that works on the dead-letter topics. */
abstract class DeadLetterCommand extends KafkaCommand {

    @Override
    final int run(Map<String, Object> client) throws InterruptedException {
        try (DeadLetters letters = new DeadLetters(client)) {
            return run(letters);
        }
    }

    abstract int run(DeadLetters letters) throws InterruptedException;
}
