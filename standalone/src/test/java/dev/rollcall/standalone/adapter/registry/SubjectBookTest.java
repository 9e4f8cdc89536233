package dev.rollcall.standalone.adapter.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rollcall.standalone.adapter.registry.RegistryEvent.VersionStored;
import dev.rollcall.standalone.adapter.registry.SubjectBook.Decision;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectBookTest {

    private final SubjectBook book = new SubjectBook();

    @Test
    void shouldGiveIdsAndVersionsInOrder() {
        assertThat(register("letters-value", Schemas.LETTER)).isEqualTo(1);
        assertThat(register("letters-value", Schemas.LETTER_WITH_STAMP)).isEqualTo(2);

        assertThat(book.versionNumbers("letters-value", false)).containsExactly(1, 2);
        assertThat(book.version("letters-value", "latest", false).id()).isEqualTo(2);
        assertThat(book.version("letters-value", "1", false).id()).isEqualTo(1);
    }

    @Test
    void shouldChangeNothingBeforeItsEventsAreReplayed() {
        Decision<Integer> decision = book.register("letters-value", Schemas.LETTER);

        assertThat(decision.events()).hasSize(1);
        assertThat(book.subjects("", true)).isEmpty();
    }

    @Test
    void shouldKnowASchemaAgainWhateverItsWhiteSpace() {
        register("letters-value", Schemas.LETTER);

        Decision<Integer> again = book.register("letters-value", Schemas.LETTER_SPACED);

        assertThat(again.answer()).isEqualTo(1);
        assertThat(again.events()).isEmpty();
        assertThat(book.lookUp("letters-value", Schemas.LETTER_SPACED, false).version())
                .isEqualTo(1);
    }

    @Test
    void shouldTakeADocForADifference() {
        String withDoc = Schemas.LETTER.replace("\"name\":\"text\"", "\"name\":\"text\",\"doc\":\"what it says\"");
        register("letters-value", Schemas.LETTER);

        assertThat(register("letters-value", withDoc)).isEqualTo(2);
        assertThat(book.schemaById(2)).contains("what it says");
    }

    @Test
    void shouldGiveOneIdToTheSameSchemaInAllSubjects() {
        register("a-value", Schemas.LETTER);
        register("b-value", Schemas.LETTER_WITH_STAMP);

        assertThat(register("b2-value", Schemas.LETTER)).isEqualTo(1);
        assertThat(book.versionsOfId(1, false))
                .extracting(v -> v.subject() + "/" + v.version())
                .containsExactly("a-value/1", "b2-value/1");
    }

    @ParameterizedTest
    @CsvSource({
        "NONE,                true,  true,  true",
        "BACKWARD,            false, true,  true",
        "BACKWARD_TRANSITIVE, false, true,  true",
        "FORWARD,             true,  false, true",
        "FORWARD_TRANSITIVE,  true,  false, true",
        "FULL,                false, false, true",
        "FULL_TRANSITIVE,     false, false, true"
    })
    void shouldJudgeByTheLevelOfTheSubject(String level, boolean neededDate, boolean empty, boolean stamp) {
        register("letters-value", Schemas.LETTER);
        apply(book.setLevel("letters-value", level));

        assertThat(allowed("letters-value", Schemas.LETTER_WITH_NEEDED_DATE)).isEqualTo(neededDate);
        assertThat(allowed("letters-value", Schemas.EMPTY_LETTER)).isEqualTo(empty);
        assertThat(allowed("letters-value", Schemas.LETTER_WITH_STAMP)).isEqualTo(stamp);
        assertThat(allowed("letters-value", Schemas.OTHER_TYPE)).isEqualTo(level.equals("NONE"));
    }

    @ParameterizedTest
    @CsvSource({"BACKWARD, true", "BACKWARD_TRANSITIVE, false", "FULL, true", "FULL_TRANSITIVE, false"})
    void shouldLookAtAllVersionsWhenTransitive(String level, boolean allowed) {
        // Given a stamp that came with a default and went away, and now comes back as a number
        register("letters-value", Schemas.LETTER_WITH_STAMP);
        register("letters-value", Schemas.LETTER);
        apply(book.setLevel("letters-value", level));
        String stampAsNumber = Schemas.LETTER_WITH_STAMP.replace("[\"null\",\"string\"]", "[\"null\",\"long\"]");

        assertThat(allowed("letters-value", stampAsNumber)).isEqualTo(allowed);
    }

    @Test
    void shouldDemandFullTransitiveWhenNothingElseWasSaid() {
        assertThat(book.globalLevel()).isEqualTo(Compatibility.FULL_TRANSITIVE);
        register("letters-value", Schemas.LETTER);

        refused(409, () -> book.register("letters-value", Schemas.OTHER_TYPE));
    }

    @Test
    void shouldSayWhatIsIncompatible() {
        register("letters-value", Schemas.LETTER);

        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(() -> book.register("letters-value", Schemas.LETTER_WITH_NEEDED_DATE))
                .withMessageContaining("letters-value")
                .withMessageContaining("FULL_TRANSITIVE")
                .withMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE")
                .withMessageContaining("date");
    }

    @Test
    void shouldFallBackToTheGlobalLevelWhenASubjectGivesUpItsOwn() {
        apply(book.setLevel(null, "backward"));
        apply(book.setLevel("letters-value", "none"));
        assertThat(book.levelOf("letters-value")).isEqualTo(Compatibility.NONE);

        assertThat(apply(book.removeLevel("letters-value"))).isEqualTo(Compatibility.NONE);

        assertThat(book.levelOf("letters-value")).isEqualTo(Compatibility.BACKWARD);
        refused(40408, () -> book.removeLevel("letters-value"));
        refused(42203, () -> book.setLevel("letters-value", "sideways"));
    }

    @Test
    void shouldHideADeletedVersionButStillReadItsId() {
        register("letters-value", Schemas.LETTER);
        register("letters-value", Schemas.LETTER_WITH_STAMP);

        assertThat(apply(book.deleteVersion("letters-value", "1"))).isEqualTo(1);

        assertThat(book.versionNumbers("letters-value", false)).containsExactly(2);
        assertThat(book.versionNumbers("letters-value", true)).containsExactly(1, 2);
        assertThat(book.schemaById(1)).isEqualTo(Schemas.LETTER);
        assertThat(book.versionsOfId(1, false)).isEmpty();
        refused(40402, () -> book.version("letters-value", "1", false));
        refused(40406, () -> book.deleteVersion("letters-value", "1"));
        refused(40403, () -> book.lookUp("letters-value", Schemas.LETTER, false));
    }

    @Test
    void shouldJudgeOnlyByVersionsThatAreNotDeleted() {
        register("letters-value", Schemas.LETTER);
        apply(book.deleteVersion("letters-value", "latest"));

        assertThat(register("letters-value", Schemas.OTHER_TYPE)).isEqualTo(2);
        assertThat(book.version("letters-value", "latest", false).version()).isEqualTo(2);
    }

    @Test
    void shouldDeleteASubjectAndBringItBackWithTheSameIdAndANewVersion() {
        register("letters-value", Schemas.LETTER);
        register("letters-value", Schemas.LETTER_WITH_STAMP);

        assertThat(apply(book.deleteSubject("letters-value"))).containsExactly(1, 2);

        assertThat(book.subjects("", false)).isEmpty();
        assertThat(book.subjects("", true)).containsExactly("letters-value");
        refused(40404, () -> book.deleteSubject("letters-value"));
        refused(40401, () -> book.version("letters-value", "latest", false));
        assertThat(register("letters-value", Schemas.LETTER)).isEqualTo(1);
        assertThat(book.versionNumbers("letters-value", false)).containsExactly(3);
    }

    @Test
    void shouldListSubjectsByPrefix() {
        register("a-value", Schemas.LETTER);
        register("b-value", Schemas.LETTER);
        register("b2-value", Schemas.LETTER);

        assertThat(book.subjects("b", false)).containsExactly("b-value", "b2-value");
        assertThat(book.subjects("", false)).containsExactly("a-value", "b-value", "b2-value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-2", "x", "1.5", "99999999999", ""})
    void shouldRefuseAVersionThatIsNone(String version) {
        register("letters-value", Schemas.LETTER);

        refused(42202, () -> book.version("letters-value", version, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "{\"type\":\"record\"}",
                "{\"type\":\"strin\"}",
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"n\",\"type\":\"int\",\"default\":\"x\"}]}"
            })
    void shouldRefuseWhatIsNoSchema(String text) {
        refused(42201, () -> book.register("letters-value", text));
    }

    @Test
    void shouldRefuseWhatIsNotThere() {
        refused(40401, () -> book.versionNumbers("nobody", false));
        refused(40401, () -> book.lookUp("nobody", Schemas.LETTER, false));
        refused(40401, () -> book.deleteSubject("nobody"));
        refused(40403, () -> book.schemaById(7));
        refused(42208, () -> book.register(" ", Schemas.LETTER));
        register("letters-value", Schemas.LETTER);
        refused(40402, () -> book.version("letters-value", "2", false));
    }

    @Test
    void shouldCheckOneVersionOnly() {
        register("letters-value", Schemas.LETTER);

        assertThat(book.violations("letters-value", "latest", Schemas.LETTER_WITH_STAMP))
                .isEmpty();
        assertThat(book.violations("letters-value", "1", Schemas.OTHER_TYPE)).isNotEmpty();
        assertThat(book.violations("nobody", "latest", Schemas.OTHER_TYPE)).isEmpty();
        refused(40401, () -> book.violations("nobody", "1", Schemas.OTHER_TYPE));
    }

    @Test
    void shouldNeverGiveAnIdTwiceWhenAHigherOneWasReplayed() {
        book.replay(new VersionStored("old-value", 1, 41, Schemas.OTHER_TYPE, true));

        assertThat(register("letters-value", Schemas.LETTER)).isEqualTo(42);
    }

    @Test
    void shouldAcceptAThousandVersions() {
        int last = 0;
        for (int i : IntStream.range(0, 1000).toArray()) {
            last = register(
                    "letters-value",
                    Schemas.LETTER.replace("\"name\":\"text\"", "\"name\":\"text\",\"doc\":\"" + i + "\""));
        }

        assertThat(last).isEqualTo(1000);
    }

    private int register(String subject, String schema) {
        return apply(book.register(subject, schema));
    }

    private <T> T apply(Decision<T> decision) {
        decision.events().forEach(book::replay);
        return decision.answer();
    }

    private boolean allowed(String subject, String schema) {
        boolean compatible = book.violations(subject, schema).isEmpty();
        try {
            List<RegistryEvent> events = book.register(subject, schema).events();
            assertThat(events).isNotEmpty();
            assertThat(compatible).isTrue();
        } catch (RegistryException e) {
            assertThat(e.errorCode()).isEqualTo(409);
            assertThat(compatible).isFalse();
        }
        return compatible;
    }

    private static void refused(int code, ThrowingCallable call) {
        assertThatExceptionOfType(RegistryException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.errorCode()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).isNotBlank());
    }
}
