package dev.rollcall.planner.domain;

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
                Arguments.of("planner", mermaid(TaskState.mermaid())),
                Arguments.of("controls", Controls.markdown()),
                Arguments.of("odp", mermaid(RunState.mermaid())));
    }

    private static String mermaid(String diagram) {
        return "```mermaid\n" + diagram + "```\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shown")
    void shouldBeShownInTheDocumentsAsItIs(String name, String shown) throws IOException {
        String opening = "<!-- " + name + ": written by DiagramTest -->\n";
        String text = Files.readString(FILE);
        int begin = text.indexOf(opening);
        int end = text.indexOf("<!-- " + name + ": end -->\n");
        assertThat(begin).as("place of %s in %s", name, FILE).isNotNegative().isLessThan(end);
        if (Boolean.getBoolean("rollcall.docs.write")) {
            Files.writeString(FILE, text.substring(0, begin) + opening + shown + text.substring(end));
            return;
        }

        assertThat(text.substring(begin + opening.length(), end))
                .as("%s in %s; -Drollcall.docs.write=true writes it anew", name, FILE)
                .isEqualTo(shown);
    }
}
