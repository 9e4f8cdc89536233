package dev.rollcall.standalone.adapter.http;

import tools.jackson.databind.JsonNode;

/** The gateway refused a request; the message is what it said, ready to be shown. */
public final class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient JsonNode problem;

    GatewayException(int status, JsonNode problem, String message) {
        super(message);
        this.status = status;
        this.problem = problem;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** The problem document. */
    public JsonNode problem() {
        return problem;
    }

    /** Stable code of the problem, or an empty text. */
    public String code() {
        return problem.path("code").asString("");
    }
}
