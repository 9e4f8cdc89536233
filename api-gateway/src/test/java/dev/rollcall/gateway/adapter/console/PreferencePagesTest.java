package dev.rollcall.gateway.adapter.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferencePagesTest {

    @ParameterizedTest
    @CsvSource({"/tasks, /tasks", "/clusters?query=pay&page=2, /clusters?query=pay&page=2", "'', /clusters"})
    void shouldGoBackToWhereTheReaderWas(String back, String to) {
        assertThat(PreferencePages.back(back)).hasToString(to);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example/",
                "https://evil.example/",
                "/\\evil.example",
                "javascript:alert(1)",
                "/a\r\nSet-Cookie: x=y",
                "/%"
            })
    void shouldNotBeASignpostToOtherPlaces(String back) {
        assertThat(PreferencePages.back(back)).hasToString("/clusters");
    }
}
