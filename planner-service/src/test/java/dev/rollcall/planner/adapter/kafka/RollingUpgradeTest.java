package dev.rollcall.planner.adapter.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an earlier release left behind, read by this one: its log from the beginning, and its store in the middle of tasks, which is
 * what a rolling upgrade does. The recordings are never changed; a release adds its own:
 * {@code mvn -pl planner-service test -Dtest=RollingUpgradeTest -Drollcall.recorded.write=NAME}.
 */
class RollingUpgradeTest {
    private static final Path RECORDED = Path.of("src/test/resources/recorded");
    private static final String WRITE = "rollcall.recorded.write";

    @TempDir
    Path stateDir = Path.of("unset");

    static Stream<Arguments> recordings() throws IOException {
        try (Stream<Path> files = Files.list(RECORDED)) {
            List<Arguments> all = files.sorted()
                    .flatMap(file -> Stream.concat(Stream.of(""), RecordedStory.checkpoints(lines(file)).stream())
                            .map(checkpoint -> Arguments.of(file.getFileName().toString(), checkpoint)))
                    .toList();
            return all.stream();
        }
    }

    @ParameterizedTest(name = "{0} from {1}")
    @MethodSource("recordings")
    void shouldGoOnAsTheEarlierReleaseDid(String recording, String checkpoint) {
        List<String> recorded = lines(RECORDED.resolve(recording));

        try (RecordedStory story = new RecordedStory(stateDir, recorded, checkpoint)) {
            assertThat(story.replay(recorded, checkpoint))
                    .containsExactlyElementsOf(RecordedStory.sent(recorded, checkpoint));
        }
    }

    /** Whoever changes a schema, or what is stored, adds a recording: this release is an earlier one to the next. */
    @Test
    void shouldHaveARecordingOfWhatIsWrittenToday() throws IOException {
        try (Stream<Path> files = Files.list(RECORDED)) {
            assertThat(files.filter(file -> RecordedStory.isOfToday(lines(file))))
                    .as("recordings with today's schemas and entries; write one as the comment of this class tells")
                    .isNotEmpty();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = WRITE, matches = ".+")
    void shouldWriteDownWhatThisReleaseDoes() throws IOException {
        try (RecordedStory story = new RecordedStory(stateDir)) {
            story.tell();
            Files.createDirectories(RECORDED);
            Files.write(RECORDED.resolve(System.getProperty(WRITE) + ".txt"), story.lines());
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
