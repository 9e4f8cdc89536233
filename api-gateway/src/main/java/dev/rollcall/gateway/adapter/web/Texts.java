package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.Code;
import dev.rollcall.gateway.domain.Text;
import dev.rollcall.gateway.domain.Words;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Puts words into a language. Sentences of the gateway and the titles of all codes are there in each; sentences that the planner or an
 * agent wrote stay as they were written, in English.
 */
public final class Texts {

    static final String BUNDLE = "dev.rollcall.gateway.texts";
    static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.CHINESE);

    private static final int LONGEST_HEADER = 200;
    private static final String TITLE = "TITLE_";

    private Texts() {}

    /** The best of the languages there are for an {@code Accept-Language}; English where nothing fits or can be read. */
    static Locale locale(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.isBlank() || acceptLanguage.length() > LONGEST_HEADER) {
            return Locale.ENGLISH;
        }
        try {
            Locale found = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
            return found == null ? Locale.ENGLISH : found;
        } catch (IllegalArgumentException e) {
            return Locale.ENGLISH;
        }
    }

    public static String say(Words words, Locale locale) {
        Object[] with = words.with().stream()
                .map(part -> part instanceof Text text
                        ? say(Words.of(text), locale)
                        : part instanceof Words nested ? say(nested, locale) : part)
                .toArray();
        return String.format(Locale.ROOT, bundle(locale).getString(words.text().name()), with);
    }

    /** The short name of a kind of problem. */
    static String title(Code code, Locale locale) {
        return bundle(locale).getString(TITLE + code.name());
    }

    private static ResourceBundle bundle(Locale locale) {
        return ResourceBundle.getBundle(
                BUNDLE, locale, ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }
}
