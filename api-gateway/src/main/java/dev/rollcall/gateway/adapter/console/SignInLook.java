package dev.rollcall.gateway.adapter.console;

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

    /** Why the page is shown again. */
    public enum Trouble {
        NONE,
        WRONG,
        SLOWED_DOWN
    }

    /**
     * The page as HTML.
     *
     * @param action address the form goes to
     * @param hidden fields that go with it unseen, by name
     * @param seconds how long to wait after too many failures; 0 otherwise
     * @param providerLink where signing in with the identity provider begins; null without one
     */
    public String html(
            ServerWebExchange exchange,
            String action,
            Map<String, String> hidden,
            Trouble trouble,
            long seconds,
            @Nullable String providerLink) {
        Language language = Viewers.language(exchange);
        Map<String, Object> model = new HashMap<>();
        model.put("language", language);
        model.put("languages", List.of(Language.values()));
        model.put("theme", Viewers.theme(exchange));
        model.put("assets", assets);
        model.put("action", action);
        model.put("hidden", hidden);
        model.put("trouble", trouble.name());
        model.put("seconds", seconds);
        if (providerLink != null) {
            model.put("providerLink", providerLink);
        }
        return templates.page("login", language.locale(), model);
    }
}
