package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.Texts;
import dev.rollcall.gateway.domain.Words;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** How the page looks on which people sign in; what it does is not decided here. For any thread. */
public final class SignInLook {

    private final Templates templates;
    private final Assets assets;

    SignInLook(Templates templates, Assets assets) {
        this.templates = templates;
        this.assets = assets;
    }

    /**
     * The page as HTML.
     *
     * @param action address the form goes to
     * @param hidden fields that go with it unseen, by name
     * @param trouble why the page is shown again; null when it is not
     * @param providerLink where signing in with the identity provider begins; null without one
     */
    public String html(
            ServerWebExchange exchange,
            String action,
            Map<String, String> hidden,
            @Nullable Words trouble,
            @Nullable String providerLink) {
        Language language = Viewers.language(exchange);
        Map<String, Object> model = new HashMap<>();
        model.put("language", language);
        model.put("languages", List.of(Language.values()));
        model.put("theme", Viewers.theme(exchange));
        model.put("assets", assets);
        model.put("action", action);
        model.put("hidden", hidden);
        if (trouble != null) {
            model.put("trouble", Texts.say(trouble, language.locale()));
        }
        if (providerLink != null) {
            model.put("providerLink", providerLink);
        }
        return templates.page("login", language.locale(), model);
    }
}
