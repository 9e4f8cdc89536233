package dev.rollcall.gateway.adapter.web;

/** Ends the handling of a request with a problem document. */
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        // Part of the normal flow, and answered with words: a stack trace would only cost.
        super(problem.code().text(), null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
