package dev.rollcall.planner.adapter.kafka;

/** A record that can be decoded but says what it must not say; it goes to the dead-letter topic. */
final class ContractViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ContractViolation(String message) {
        super(message);
    }
}
