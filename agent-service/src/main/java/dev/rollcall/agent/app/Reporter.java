package dev.rollcall.agent.app;

import dev.rollcall.agent.domain.Report;

/** Takes what a command has to say, in its order. Never blocks for long, never fails. */
@FunctionalInterface
interface Reporter {
    void report(Report report);
}
