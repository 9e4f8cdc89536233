package dev.rollcall.agent.adapter.kafka;

/** A record that can be read and says what the contract does not allow. */
final class ContractViolationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ContractViolationException(String message) {
        super(message);
    }

    ContractViolationException(String message, Throwable cause) {
        super(message, cause);
    }
}
