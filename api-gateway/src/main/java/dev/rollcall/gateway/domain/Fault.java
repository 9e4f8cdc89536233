package dev.rollcall.gateway.domain;

/**
 * Something wrong with one field of a request.
 *
 * @param field path of the field, such as {@code odps[3].host}; a parameter or header by its name
 */
public record Fault(String field, Code code, Words words) {

    public static Fault of(String field, Text text, Object... with) {
        return new Fault(field, Code.INVALID, Words.of(text, with));
    }
}
