package dev.rollcall.emulator;

import java.time.Duration;

/**
 * What clients saw so far.
 *
 * @param connections new connections tried
 * @param refused of these, refused by the host
 * @param reset of these, lost before they had their first answer
 * @param failed of these, failed otherwise: no answer in time, or an error as answer
 * @param slow of these, answered, but later than the client wants to wait
 * @param slowest the longest wait for a new connection's first answer
 * @param heldCut held connections that were lost
 * @param heldAnswers statements answered on held connections
 */
public record TrafficReport(
        long connections,
        long refused,
        long reset,
        long failed,
        long slow,
        Duration slowest,
        long heldCut,
        long heldAnswers) {

    /** New connections that did not get their first answer. */
    public long lost() {
        return refused + reset + failed;
    }
}
