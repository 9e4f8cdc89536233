package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Fault;
import dev.rollcall.gateway.domain.Refusal;
import dev.rollcall.gateway.domain.Task;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Why a request is not answered as hoped, on its way to becoming a problem document.
 *
 * @param errors faults by field; empty when it is not about fields
 * @param refusals every rule that refused; empty when no rule did
 * @param activeTask the task that is in the way; null when none is
 * @param headers headers of the answer
 */
public record Problem(
        HttpStatus status,
        Code code,
        Words words,
        List<Fault> errors,
        List<Refusal> refusals,
        @Nullable Task activeTask,
        Map<String, String> headers) {

    public Problem {
        errors = List.copyOf(errors);
        refusals = List.copyOf(refusals);
        headers = Map.copyOf(headers);
    }

    /** A problem that needs no more than words. */
    public static Problem of(HttpStatus status, Code code, Text text, Object... with) {
        return of(status, code, Words.of(text, with));
    }

    static Problem of(HttpStatus status, Code code, Words words) {
        return new Problem(status, code, words, List.of(), List.of(), null, Map.of());
    }

    /** All that is wrong with a request. */
    static Problem invalid(List<Fault> faults) {
        return new Problem(
                HttpStatus.BAD_REQUEST,
                Code.INVALID,
                Words.of(Text.INVALID, faults.size()),
                faults,
                List.of(),
                null,
                Map.of());
    }

    /** What rules refused; the first one names the problem. */
    static Problem refused(List<Refusal> refusals) {
        Refusal first = refusals.get(0);
        return new Problem(
                status(first.code()), first.code(), first.words(), List.of(), refusals, first.activeTask(), Map.of());
    }

    private static HttpStatus status(Code code) {
        return switch (code) {
            case CLUSTER_UNKNOWN -> HttpStatus.NOT_FOUND;
            case CLUSTER_BUSY -> HttpStatus.CONFLICT;
            case FORBIDDEN -> HttpStatus.FORBIDDEN;
            default -> HttpStatus.UNPROCESSABLE_CONTENT;
        };
    }

    Problem with(String header, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(header, value);
        return new Problem(status, code, words, errors, refusals, activeTask, all);
    }

    ProblemException exception() {
        return new ProblemException(this);
    }
}
