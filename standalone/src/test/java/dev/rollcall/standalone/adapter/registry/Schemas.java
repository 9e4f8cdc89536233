package dev.rollcall.standalone.adapter.registry;

/** Three versions of a letter, and one that fits none of them. */
final class Schemas {

    static final String LETTER = record("{\"name\":\"text\",\"type\":\"string\"}");

    /** {@link #LETTER}, written by somebody with other habits. */
    static final String LETTER_SPACED =
            "{ \"type\" : \"record\",\n \"name\" : \"Letter\", \"fields\" : [ {\"name\":\"text\", \"type\":\"string\"} ] }";

    static final String LETTER_WITH_STAMP = record("{\"name\":\"text\",\"type\":\"string\"},"
            + "{\"name\":\"stamp\",\"type\":[\"null\",\"string\"],\"default\":null}");

    /** Reads nothing that was written before: no default. Old programs read it. */
    static final String LETTER_WITH_NEEDED_DATE =
            record("{\"name\":\"text\",\"type\":\"string\"},{\"name\":\"date\",\"type\":\"long\"}");

    /** Reads everything that was written before; old programs miss the text. */
    static final String EMPTY_LETTER = record("");

    static final String OTHER_TYPE = record("{\"name\":\"text\",\"type\":\"long\"}");

    private Schemas() {}

    private static String record(String fields) {
        return "{\"type\":\"record\",\"name\":\"Letter\",\"fields\":[" + fields + "]}";
    }
}
