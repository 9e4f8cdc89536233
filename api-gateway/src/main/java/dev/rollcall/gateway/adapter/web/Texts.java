package dev.rollcall.gateway.adapter.web;

import dev.rollcall.gateway.domain.Words;
import java.util.Locale;
import java.util.ResourceBundle;

/** Puts words into a language. */
public final class Texts {

    private static final String BUNDLE = "dev.rollcall.gateway.texts";

    private Texts() {}

    public static String say(Words words, Locale locale) {
        ResourceBundle bundle = ResourceBundle.getBundle(
                BUNDLE, locale, ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        return String.format(
                Locale.ROOT, bundle.getString(words.text().name()), words.with().toArray());
    }
}
