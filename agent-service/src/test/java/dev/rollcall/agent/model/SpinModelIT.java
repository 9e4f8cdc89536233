package dev.rollcall.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Has Spin check the models of the protocol in docs/model, those that must hold and those that must fail. */
class SpinModelIT {
    private static final Path MODEL = modelDirectory();
    /** A check that does not end is ended by its limit of processor time; this one is for a machine with much other work. */
    private static final long LIMIT_MINUTES = 30;

    @TempDir
    Path temp;

    @Test
    void shouldFindWhatIsExpectedOfEachVariant() throws IOException, InterruptedException {
        List<String> missing =
                Stream.of("spin", "cc").filter(tool -> !onPath(tool)).toList();
        if (Boolean.getBoolean("rollcall.tests.required")) {
            assertThat(missing)
                    .as("programs that are required (packages spin and gcc) and missing")
                    .isEmpty();
        }
        assumeTrue(missing.isEmpty(), () -> "skipped: there is no " + String.join(", no ", missing));

        Path output = temp.resolve("check.out");
        Process check = new ProcessBuilder("sh", MODEL.resolve("check.sh").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = check.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            check.descendants().forEach(ProcessHandle::destroyForcibly);
            check.destroyForcibly();
        }

        String said = Files.readString(output);
        assertThat(ended).as("check.sh ended in time; it said:%n%s", said).isTrue();
        assertThat(check.exitValue()).as("exit code; check.sh said:%n%s", said).isZero();
        assertThat(said.lines().filter(line -> line.startsWith("pass ")))
                .as("one line for each variant")
                .hasSameSizeAs(variants());
    }

    private static List<String> variants() throws IOException {
        try (Stream<String> lines = Files.lines(MODEL.resolve("variants.txt"))) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static boolean onPath(String tool) {
        String path = System.getenv("PATH");
        return path != null
                && Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                        .splitAsStream(path)
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }

    /** Found upwards, as Maven starts tests in the module and an editor may do so elsewhere. */
    private static Path modelDirectory() {
        Path start = Path.of("").toAbsolutePath();
        for (Path at = start; at != null; at = at.getParent()) {
            Path model = at.resolve("docs/model");
            if (Files.isRegularFile(model.resolve("check.sh"))) {
                return model;
            }
        }
        throw new IllegalStateException("There is no docs/model/check.sh above " + start);
    }
}
