package dev.rollcall.gateway.adapter.console;

import java.util.List;
import org.springframework.http.HttpStatus;

/** Ends the making of a page with a page that says why. */
final class PageFault extends RuntimeException {

    /** The gateway does not know everything yet. */
    static final String STARTING = "fault.starting";

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String key;
    private final transient List<Object> with;

    /**
     * @param key of the sentence in the bundle of words
     * @param with what has to be put into it
     */
    PageFault(HttpStatus status, String key, Object... with) {
        super(key, null, false, false);
        this.status = status;
        this.key = key;
        this.with = List.of(with);
    }

    HttpStatus status() {
        return status;
    }

    String key() {
        return key;
    }

    Object[] with() {
        return with.toArray();
    }
}
