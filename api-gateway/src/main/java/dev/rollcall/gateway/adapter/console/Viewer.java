package dev.rollcall.gateway.adapter.console;

import dev.rollcall.gateway.adapter.web.Texts;
import dev.rollcall.gateway.app.Caller;
import dev.rollcall.gateway.domain.ClusterId;
import dev.rollcall.gateway.domain.Role;
import dev.rollcall.gateway.domain.Words;
import org.jspecify.annotations.Nullable;

/**
 * Who looks, and how. What they may do is looked up each time: a page that stays open loses what was taken from its reader.
 *
 * @param caller null where nobody has signed in
 * @param theme {@code light}, {@code dark}, or {@code auto} for what the browser says
 * @param csrf token that a change has to repeat; null when the sign-in needs none
 */
record Viewer(
        @Nullable Caller caller,
        Language language,
        String theme,
        @Nullable String csrf) {

    /** User name; empty for nobody. */
    public String name() {
        return caller == null ? "" : caller.getName();
    }

    /** A sentence in the language of this person. */
    String told(Words words) {
        return Texts.say(words, language.locale());
    }

    public boolean bySession() {
        return caller != null && caller.bySession();
    }

    /** Whether this person may still look at anything. */
    boolean isHere() {
        return has(Role.OBPROXY_VIEWER);
    }

    boolean sees(ClusterId cluster) {
        return caller != null && caller.access().sees(cluster);
    }

    public boolean mayChange(String cluster) {
        return caller != null
                && ClusterId.isValid(cluster)
                && caller.access().may(Role.OBPROXY_MANAGER, new ClusterId(cluster));
    }

    /** Whether there is any cluster, registered or not, that this person may change. */
    public boolean mayChangeSome() {
        return has(Role.OBPROXY_MANAGER);
    }

    public boolean mayAudit() {
        return has(Role.ADMIN);
    }

    private boolean has(Role role) {
        return caller != null && caller.access().has(role);
    }
}
