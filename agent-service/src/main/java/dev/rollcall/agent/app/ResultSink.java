package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Command;
import dev.rollcall.agent.domain.Report;
import java.util.concurrent.CompletableFuture;

/** Takes results to the planner and the task-service, in the order given, for as long as that takes. Thread-safe. */
@FunctionalInterface
public interface ResultSink {
    /** Never blocks and never fails; the future completes when Kafka has the result. */
    CompletableFuture<?> publish(Command command, Report report);
}
