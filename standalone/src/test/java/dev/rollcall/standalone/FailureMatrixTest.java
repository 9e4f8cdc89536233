package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that the failure matrix and the handbook name is there, so that no row promises what nothing shows. */
class FailureMatrixTest {
    private static final Path PROJECT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(should\\w+)`");

    @Test
    void shouldNameOnlyTestsThatThereAre() throws IOException {
        String matrix = Files.readString(PROJECT.resolve("docs/failure-matrix.md"));
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (Matcher test = NAMED.matcher(matrix); test.find(); named++) {
            if (!exists(test.group(1), test.group(2))) {
                missing.add(test.group());
            }
        }

        assertThat(named).isGreaterThan(20);
        assertThat(missing)
                .as("tests that the matrix names and that are not there")
                .isEmpty();
    }

    @Test
    void shouldNameInTheHandbookOnlyTestsThatThereAreOrSayThatNothingShowsIt() throws IOException {
        List<String> rows = Files.readAllLines(PROJECT.resolve("docs/operations.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("|---"))
                .toList();
        boolean shown = false;
        int named = 0;
        for (String row : rows) {
            boolean head = row.matches("(?i)\\| (shape|service|what|what you see|part) \\|.*");
            if (head) {
                shown = row.endsWith("| shown by |");
            } else if (shown) {
                Matcher test = NAMED.matcher(row);
                boolean any = false;
                while (test.find()) {
                    any = true;
                    named++;
                    assertThat(exists(test.group(1), test.group(2)))
                            .as(test.group())
                            .isTrue();
                }
                assertThat(any || row.contains("| not tested")).as(row).isTrue();
            }
        }
        assertThat(named).isGreaterThan(20);
    }

    @Test
    void shouldNameATestInEachRow() throws IOException {
        assertThat(Files.readAllLines(PROJECT.resolve("docs/failure-matrix.md")))
                .filteredOn(line -> line.startsWith("| ") && !line.startsWith("| dies"))
                .allSatisfy(row -> assertThat(NAMED.matcher(row).find()).as(row).isTrue());
    }

    private static boolean exists(String type, String method) throws IOException {
        try (Stream<Path> modules = Files.list(PROJECT)) {
            for (Path module : modules.toList()) {
                Path tests = module.resolve("src/test/java");
                if (Files.isDirectory(tests) && holds(tests, type + ".java", "void " + method + "(")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean holds(Path tests, String file, String text) throws IOException {
        try (Stream<Path> files = Files.walk(tests)) {
            for (Path path : files.filter(path -> path.endsWith(file)).toList()) {
                if (Files.readString(path).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }
}
