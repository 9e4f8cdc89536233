package dev.rollcall.emulator.process;

import java.util.Locale;
import java.util.regex.Pattern;

/** Statement text without what does not matter. */
final class SqlText {

    private static final Pattern LEADING_COMMENT = Pattern.compile("^\\s*/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private SqlText() {}

    /** Without comments in front and semicolons behind; the letters as they are. */
    static String trimmed(String sql) {
        String text = sql;
        String before;
        do {
            before = text;
            text = LEADING_COMMENT.matcher(text).replaceFirst("");
        } while (!text.equals(before));
        text = text.strip();
        while (text.endsWith(";")) {
            text = text.substring(0, text.length() - 1).strip();
        }
        return text;
    }

    /** Trimmed, in lower case, with single blanks: to compare with a whole statement. */
    static String normalized(String sql) {
        return SPACE.matcher(trimmed(sql)).replaceAll(" ").toLowerCase(Locale.ROOT);
    }

    /** The pattern of a LIKE: percent sign and underscore stand for anything; letters in either case. */
    static Pattern like(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            if (c == '%') {
                regex.append(".*");
            } else if (c == '_') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }
}
