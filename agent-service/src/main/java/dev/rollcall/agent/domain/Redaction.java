package dev.rollcall.agent.domain;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Takes secrets out of text that leaves the host. */
public final class Redaction {
    /** No log tail in a record is longer, in bytes. */
    public static final int MAX_TAIL_BYTES = 8 * 1024;

    // key=value, key:"value", key='value': the value goes, whatever its quotes.
    private static final Pattern SECRET = Pattern.compile(
            "(?i)((?:[a-z0-9_.]*(?:passw(?:or)?d|secret|token|private_key|access_key|credential)[a-z0-9_]*)"
                    + "\"?\\s*(?:=|:|,\\s*value:)\\s*)(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|[^\\s,;})\\]]+)");
    private static final Pattern IDENTIFIED_BY =
            Pattern.compile("(?i)(identified\\s+by\\s+(?:password\\s+)?)('[^']*'|\"[^\"]*\"|\\S+)");
    private static final Pattern SQL_VERB =
            Pattern.compile("(?i)\\b(select|insert|update|delete|replace|merge|call|set|alter|where|values|grant)\\b");
    private static final Pattern LITERAL =
            Pattern.compile("'(?:[^'\\\\]|\\\\.|'')*'|(?<![=\\w])\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern NUMBER_IN_SQL =
            Pattern.compile("(?<=[=<>(,]\\s{0,3})\\d+(?=\\s*(?:[,);]|$|\\s+(?:and|or)\\b))");

    private Redaction() {}

    /** The end of a log: at most {@value #MAX_TAIL_BYTES} bytes, from the beginning of a line, passwords and SQL literals masked. */
    public static String tail(String text) {
        StringBuilder masked = new StringBuilder();
        for (String line : text.split("\n", -1)) {
            masked.append(line(line)).append('\n');
        }
        String whole = masked.toString().stripTrailing();
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_TAIL_BYTES) {
            return whole;
        }
        String end = new String(bytes, bytes.length - MAX_TAIL_BYTES, MAX_TAIL_BYTES, StandardCharsets.UTF_8);
        int newline = end.indexOf('\n');
        return newline < 0 ? end.substring(4) : end.substring(newline + 1);
    }

    /** One line with what is secret replaced by {@code ***}. */
    public static String line(String line) {
        String result = SECRET.matcher(line).replaceAll("$1***");
        result = IDENTIFIED_BY.matcher(result).replaceAll("$1***");
        if (SQL_VERB.matcher(result).find()) {
            result = LITERAL.matcher(result).replaceAll("'***'");
            result = NUMBER_IN_SQL.matcher(result).replaceAll("***");
        }
        return result;
    }
}
