package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents show of the tables is what they are. {@code -Drollcall.docs.write=true} writes it anew. */
class DiagramTest {
    private static final Path FILE = Path.of("..", "docs", "state-machines.md");

    static Stream<Arguments> shown() {
        return Stream.of(
                Arguments.of("task", TaskTransitions.mermaid()), Arguments.of("row", RowTransitions.mermaid()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shown")
    void shouldBeDrawnInTheDocumentsAsItIs(String name, String diagram) throws IOException {
        String opening = "<!-- " + name + ": written by DiagramTest -->\n";
        String drawn = "```mermaid\n" + diagram + "```\n";
        String text = Files.readString(FILE);
        int begin = text.indexOf(opening);
        int end = text.indexOf("<!-- " + name + ": end -->\n");
        assertThat(begin).as("place of %s in %s", name, FILE).isNotNegative().isLessThan(end);
        if (Boolean.getBoolean("rollcall.docs.write")) {
            Files.writeString(FILE, text.substring(0, begin) + opening + drawn + text.substring(end));
            return;
        }

        assertThat(text.substring(begin + opening.length(), end))
                .as("%s in %s; -Drollcall.docs.write=true writes it anew", name, FILE)
                .isEqualTo(drawn);
    }
}
