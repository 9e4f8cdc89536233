package dev.rollcall.schemas.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The documents of the topics are what the schemas say. {@code -Drollcall.docs.write=true} writes them anew. */
class DocumentsTest {

    @Test
    void shouldDescribeTheTopicsToProgramsAsTheyAre() throws IOException {
        compare("asyncapi.json", AsyncApi.text());
    }

    @Test
    void shouldDescribeTheRecordsToPeopleAsTheyAre() throws IOException {
        compare("events.md", EventsPage.text());
    }

    private static void compare(String name, String text) throws IOException {
        Path file = Path.of("..", "docs", name);
        if (Boolean.getBoolean("rollcall.docs.write")) {
            Files.writeString(file, text);
            return;
        }
        assertThat(file).exists();
        assertThat(Files.readString(file))
                .as("docs/%s; -Drollcall.docs.write=true writes it anew", name)
                .isEqualTo(text);
    }
}
