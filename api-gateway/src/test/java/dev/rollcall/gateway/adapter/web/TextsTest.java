package dev.rollcall.gateway.adapter.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TextsTest {

    private static final Pattern PLACE = Pattern.compile("%(?:\\d\\$s|%)");
    private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");

    static Stream<Locale> languages() {
        return Texts.LANGUAGES.stream();
    }

    private static ResourceBundle bundle(Locale language) {
        return ResourceBundle.getBundle(
                Texts.BUNDLE,
                language,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    @ParameterizedTest
    @MethodSource("languages")
    void shouldHaveWordsForEveryTextAndATitleForEveryCodeAndNoOthers(Locale language) throws IOException {
        List<String> wanted = new ArrayList<>();
        Arrays.stream(Text.values()).map(Text::name).forEach(wanted::add);
        Arrays.stream(Code.values()).map(code -> "TITLE_" + code.name()).forEach(wanted::add);
        String file = language.equals(Locale.ENGLISH) ? "texts.properties" : "texts_" + language + ".properties";

        // Of the file itself: a bundle would fill its gaps from the other language.
        assertThat(keys(Path.of("src/main/resources/dev/rollcall/gateway", file)))
                .as("The keys of %s. A new constant of Text or Code needs a line in each language.", file)
                .containsExactlyInAnyOrderElementsOf(wanted);
    }

    private static List<String> keys(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.substring(0, line.indexOf('=')))
                .toList();
    }

    @Test
    void shouldHaveTheSamePlacesInEveryLanguage() {
        for (String key : bundle(Locale.ENGLISH).keySet()) {
            String english = bundle(Locale.ENGLISH).getString(key);
            String chinese = bundle(Locale.CHINESE).getString(key);

            assertThat(places(chinese)).as(key).isEqualTo(places(english));
            assertThat(PLACE.matcher(english).replaceAll("")).as(key).doesNotContain("%");
            assertThat(PLACE.matcher(chinese).replaceAll("")).as(key).doesNotContain("%");
            assertThat(key.equals("KIND_NULL") || CHINESE.matcher(chinese).find())
                    .as("%s is in Chinese: %s", key, chinese)
                    .isTrue();
            assertThat(CHINESE.matcher(english).find()).as(key).isFalse();
        }
    }

    private static TreeSet<String> places(String text) {
        return PLACE.matcher(text).results().map(place -> place.group()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldUseEveryTextAndCode() throws IOException {
        StringBuilder sources = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.append(Files.readString(file));
            }
        }

        for (Text text : Text.values()) {
            assertThat(sources).as("use of %s", text).containsPattern("Text\\." + text.name() + "\\b");
        }
        for (Code code : Code.values()) {
            assertThat(sources).as("use of %s", code).containsPattern("Code\\." + code.name() + "\\b");
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, en",
                "'', en",
                "zh, zh",
                "zh-CN, zh",
                "zh-Hans-CN, zh",
                "'fr, zh;q=0.8, en;q=0.5', zh",
                "'fr, en;q=0.9, zh;q=0.5', en",
                "'en-GB,en;q=0.9', en",
                "de, en",
                "*, en",
                "';;;', en",
                "'zh;q=abc', en"
            })
    void shouldChooseTheLanguageTheCallerLikesBest(@Nullable String header, String language) {
        assertThat(Texts.locale(header)).isEqualTo(Locale.forLanguageTag(language));
    }

    @Test
    void shouldPutPartsIntoTheSameLanguage() {
        Words words = Words.of(Text.FIELD_TYPE, Text.KIND_TEXT, Words.of(Text.KIND_FLAG));

        assertThat(Texts.say(words, Locale.ENGLISH)).isEqualTo("It must be a text, but it is true or false.");
        assertThat(Texts.say(words, Locale.CHINESE)).isEqualTo("应为文本，实际是true 或 false。");
        assertThat(Texts.title(Code.CLUSTER_BUSY, Locale.CHINESE)).isEqualTo("集群上有任务正在进行");
    }
}
