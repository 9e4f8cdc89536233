package dev.rollcall.gateway.adapter.console;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.context.MessageSource;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.thymeleaf.context.Context;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/** Makes HTML of templates in {@code dev/rollcall/gateway/console}, in the words of the bundle {@code words} beside them. For any thread. */
final class Templates {

    private static final String PLACE = "dev/rollcall/gateway/console/";

    private final SpringTemplateEngine engine = new SpringTemplateEngine();
    private final MessageSource words;

    Templates() {
        ResourceBundleMessageSource source = new ResourceBundleMessageSource();
        source.setBasename(PLACE + "words");
        source.setDefaultEncoding("UTF-8");
        // English is the bundle without a language: the machine's own language must not come between.
        source.setFallbackToSystemLocale(false);
        words = source;
        ClassLoaderTemplateResolver resolver = new ClassLoaderTemplateResolver(Templates.class.getClassLoader());
        resolver.setPrefix(PLACE);
        resolver.setSuffix(".html");
        resolver.setTemplateMode(TemplateMode.HTML);
        resolver.setCharacterEncoding("UTF-8");
        engine.setTemplateResolver(resolver);
        engine.setTemplateEngineMessageSource(words);
        engine.setEnableSpringELCompiler(true);
    }

    /** A whole page. */
    String page(String template, Locale locale, Map<String, Object> model) {
        return engine.process(template, new Context(locale, model));
    }

    /** One fragment, written {@code template :: fragment}. */
    String fragment(String fragment, Locale locale, Map<String, Object> model) {
        int colons = fragment.indexOf("::");
        String template = fragment.substring(0, colons).strip();
        String name = fragment.substring(colons + 2).strip();
        return engine.process(template, Set.of(name), new Context(locale, model));
    }

    /** A word of the bundle. */
    String word(String key, Locale locale, Object... with) {
        return words.getMessage(key, with, locale);
    }

    /** A word of the bundle that may not be there. */
    String word(String key, String otherwise, Locale locale) {
        String word = words.getMessage(key, null, otherwise, locale);
        return word == null ? otherwise : word;
    }

    /** A duration as people say it: at most two units, seconds at least. */
    String duration(Duration duration, Locale locale) {
        long seconds = Math.max(0, duration.plusMillis(500).toSeconds());
        if (seconds < 60) {
            return word("duration.s", locale, seconds);
        }
        if (seconds < 3_600) {
            return word("duration.ms", locale, seconds / 60, seconds % 60);
        }
        return word("duration.hm", locale, seconds / 3_600, seconds % 3_600 / 60);
    }
}
