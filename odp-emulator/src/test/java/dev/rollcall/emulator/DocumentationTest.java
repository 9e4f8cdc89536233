package dev.rollcall.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of behaviours names each test against a process, and no test that is not there. */
class DocumentationTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:IT|Test)\\.should\\w+)`");

    private final JavaClasses tests = new ClassFileImporter().importPackages("dev.rollcall.emulator");

    @Test
    void shouldNameEachTestAgainstAProcessAndNoneThatIsNotThere() throws IOException {
        Set<String> named = NAMED.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).isSubsetOf(testsOf("Test", "IT")).containsAll(testsOf("IT"));
    }

    private Set<String> testsOf(String... endings) {
        Set<String> names = new TreeSet<>();
        for (String ending : endings) {
            tests.stream()
                    .filter(type -> type.getSimpleName().endsWith(ending))
                    .flatMap(type -> type.getMethods().stream())
                    .filter(method -> method.getName().startsWith("should"))
                    .forEach(method -> names.add(name(method)));
        }
        return names;
    }

    private static String name(JavaMethod method) {
        return method.getOwner().getSimpleName() + '.' + method.getName();
    }
}
