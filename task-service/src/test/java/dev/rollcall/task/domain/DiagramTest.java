package dev.rollcall.task.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The diagram in the documents is the table. {@code -Drollcall.docs.write=true} writes it anew. */
class DiagramTest {
    private static final Path FILE = Path.of("..", "docs", "state-machines.md");
    private static final String BEGIN = "<!-- task: written by DiagramTest -->\n";
    private static final String END = "<!-- task: end -->\n";

    @Test
    void shouldBeDrawnInTheDocumentsAsItIs() throws IOException {
        String text = Files.readString(FILE);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        assertThat(begin).as("place of the diagram in " + FILE).isNotNegative().isLessThan(end);
        String drawn = "```mermaid\n" + TaskTransitions.mermaid() + "```\n";
        if (Boolean.getBoolean("rollcall.docs.write")) {
            Files.writeString(FILE, text.substring(0, begin) + BEGIN + drawn + text.substring(end));
            return;
        }

        assertThat(text.substring(begin + BEGIN.length(), end))
                .as("the diagram in %s; -Drollcall.docs.write=true writes it anew", FILE)
                .isEqualTo(drawn);
    }
}
