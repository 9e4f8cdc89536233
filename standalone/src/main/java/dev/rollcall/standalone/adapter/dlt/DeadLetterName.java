package dev.rollcall.standalone.adapter.dlt;

import dev.rollcall.schemas.Topics;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one dead letter, {@code odp.commands.v1-dlt/3/17}: topic, partition, offset.
 *
 * @param source the topic that the record came from
 */
public record DeadLetterName(Topics source, int partition, long offset) {

    private static final Pattern FORM = Pattern.compile("(.+)-dlt/(\\d{1,9})/(\\d{1,18})");

    /** @throws IllegalArgumentException in words, when it is no such name */
    public static DeadLetterName parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'%s' names no dead letter; expected topic/partition/offset such as odp.commands.v1-dlt/3/17, as dlt list prints it"
                            .formatted(text));
        }
        return new DeadLetterName(
                Topics.of(matcher.group(1)), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3)));
    }

    @Override
    public String toString() {
        return source.deadLetterName() + "/" + partition + "/" + offset;
    }
}
