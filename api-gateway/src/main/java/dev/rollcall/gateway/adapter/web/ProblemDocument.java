package dev.rollcall.gateway.adapter.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A problem (RFC 9457) as JSON.
 *
 * @param title short name of the kind of problem, in the language of the answer
 * @param errors what is wrong with single fields
 * @param errorCount how many of those there are when not all are told
 * @param rejections every rule that refused
 * @param activeTask the task that is in the way
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ProblemDocument(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        String code,
        String traceId,
        @Nullable List<FieldError> errors,
        @Nullable Integer errorCount,
        @Nullable List<Reason> rejections,
        @Nullable TaskDocument activeTask) {

    record FieldError(String field, String code, String detail) {}

    record Reason(String code, String title, String detail, List<String> odps) {}
}
