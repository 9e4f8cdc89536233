package dev.rollcall.gateway.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.domain.BatchState;
import dev.rollcall.gateway.domain.ClusterStatus;
import dev.rollcall.gateway.domain.Control;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.OdpState;
import dev.rollcall.gateway.domain.TaskOdpState;
import dev.rollcall.gateway.domain.TaskPhase;
import dev.rollcall.gateway.domain.TaskState;
import dev.rollcall.schemas.TaskEventType;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Both languages have every word, and no word is left that nobody says. */
class WordsTest {

    private static final Path TEMPLATES = Path.of("src/main/resources/dev/rollcall/gateway/console");
    private static final Path CODE = Path.of("src/main/java/dev/rollcall/gateway/adapter/console");
    private static final Pattern IN_TEMPLATES = Pattern.compile("#\\{([a-zA-Z._]+)");
    private static final Pattern IN_CODE = Pattern.compile("\"([a-z]+(?:\\.[a-zA-Z_]+)+)\"");
    private static final Pattern PLACE = Pattern.compile("\\{[0-9n]");

    /** Constants that templates say by their name. */
    private static final Map<String, List<? extends Enum<?>>> KINDS = Map.ofEntries(
            Map.entry("cluster", List.of(ClusterStatus.values())),
            Map.entry("odp", List.of(OdpState.values())),
            Map.entry("state", List.of(TaskState.values())),
            Map.entry("phase", List.of(TaskPhase.values())),
            Map.entry("batch", List.of(BatchState.values())),
            Map.entry("row", List.of(TaskOdpState.values())),
            Map.entry("control", List.of(Control.values())),
            Map.entry("mode", List.of(Mode.values())),
            Map.entry("mode.does", List.of(Mode.values())),
            Map.entry("tab", List.of(TaskPages.Tab.values())),
            Map.entry("decision", List.of(AuditPages.Decision.values())),
            Map.entry("period", List.of(AuditPages.Period.values())),
            Map.entry("step", List.of(TaskLook.Step.values())),
            Map.entry("event", List.of(TaskEventType.values())),
            Map.entry("group", List.of(Matrix.Grouping.values())),
            Map.entry("group.name", List.of(Matrix.Grouping.BATCH, Matrix.Grouping.ZONE)),
            Map.entry("group.none", List.of(Matrix.Grouping.BATCH, Matrix.Grouping.ZONE)),
            Map.entry("standing", List.of(Matrix.Standing.values())),
            Map.entry("cell", List.of(TaskLook.StepState.values())),
            Map.entry("kind", List.of(TaskLook.Kind.values())));

    @Test
    void shouldSayTheSameInBothLanguages() {
        Properties english = words("words.properties");
        Properties chinese = words("words_zh.properties");

        assertThat(chinese.stringPropertyNames()).containsExactlyInAnyOrderElementsOf(english.stringPropertyNames());
        for (String key : english.stringPropertyNames()) {
            assertThat(english.getProperty(key)).as(key).isNotBlank();
            assertThat(places(chinese.getProperty(key))).as(key).isEqualTo(places(english.getProperty(key)));
        }
    }

    private static Set<String> places(String text) {
        return PLACE.matcher(text)
                .results()
                .map(result -> result.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldHaveEveryWordThatIsSaidAndNoOther() throws IOException {
        Set<String> known = words("words.properties").stringPropertyNames();
        Set<String> said = new TreeSet<>(found(TEMPLATES, ".html", IN_TEMPLATES));
        found(CODE, ".java", IN_CODE).stream().filter(known::contains).forEach(said::add);
        KINDS.forEach((kind, constants) -> constants.forEach(constant -> said.add(kind + "." + constant)));

        assertThat(known).containsAll(said);
        assertThat(said).containsAll(known);
    }

    private static Set<String> found(Path directory, String suffix, Pattern pattern) throws IOException {
        Set<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(suffix)).toList()) {
                Matcher matcher = pattern.matcher(Files.readString(file));
                while (matcher.find()) {
                    found.add(matcher.group(1));
                }
            }
        }
        return found;
    }

    private static Properties words(String name) {
        Properties words = new Properties();
        String path = "/dev/rollcall/gateway/console/" + name;
        try (Reader reader = new InputStreamReader(WordsTest.class.getResourceAsStream(path), StandardCharsets.UTF_8)) {
            words.load(reader);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return words;
    }
}
