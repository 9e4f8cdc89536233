package dev.rollcall.gateway.adapter.console;

import java.util.Locale;

/** The languages that the console speaks; what it was not taught is said in English. */
enum Language {
    EN("en", Locale.ENGLISH),
    ZH("zh", Locale.SIMPLIFIED_CHINESE);

    private final String tag;
    private final Locale locale;

    Language(String tag, Locale locale) {
        this.tag = tag;
        this.locale = locale;
    }

    /** BCP 47 tag, as it stands in pages and in the cookie. */
    public String tag() {
        return tag;
    }

    Locale locale() {
        return locale;
    }

    static Language of(Locale wanted) {
        return wanted.getLanguage().equals(ZH.tag) ? ZH : EN;
    }
}
