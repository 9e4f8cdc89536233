package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.domain.Access;
import dev.rollcall.gateway.domain.Grant;
import dev.rollcall.gateway.domain.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the people and programs of the provider are called here, and what their groups allow them. A name that a user of the directory has
 * is that user's alone: somebody else of that name is not let in, so that the audit never means two by one name. For any thread.
 */
final class ProviderPeople {

    private static final int LONGEST_NAME = 128;
    private static final String SUBJECT = "sub";
    private static final String EMAIL = "email";

    private final OidcSettings settings;
    private final String issuer;
    private final UserDirectory users;

    ProviderPeople(OidcSettings settings, UserDirectory users) {
        this.settings = settings;
        this.issuer = Objects.requireNonNull(settings.issuer());
        this.users = users;
    }

    String issuer() {
        return issuer;
    }

    /** For how long what the provider said at a sign-in is believed. */
    Duration sessionLifetime() {
        return settings.sessionLifetime();
    }

    /**
     * The name somebody has here.
     *
     * @throws TokenRefusedException when there is none that could stand in the audit
     */
    String name(Map<String, Object> claims) {
        Object given = at(claims, settings.nameClaim());
        Object name = given == null ? claims.get(SUBJECT) : given;
        if (!(name instanceof String text)
                || text.isBlank()
                || text.length() > LONGEST_NAME
                || text.codePoints().anyMatch(Character::isISOControl)) {
            throw new TokenRefusedException(Text.TOKEN_NAME);
        }
        // Whoever may write any address into their own account must not become its owner here.
        if (settings.nameClaim().equals(EMAIL) && given != null && Boolean.FALSE.equals(claims.get("email_verified"))) {
            throw new TokenRefusedException(Text.TOKEN_NAME);
        }
        if (users.find(text) != null) {
            throw new TokenRefusedException(Text.TOKEN_NAME_TAKEN);
        }
        return text;
    }

    /** Whether the claims hold all that is asked of them. */
    boolean areTold(Map<String, Object> claims) {
        return at(claims, settings.groupsClaim()) != null && at(claims, settings.nameClaim()) != null;
    }

    /** Those of somebody's groups that a grant is for. */
    List<String> groups(Map<String, Object> claims) {
        Object said = at(claims, settings.groupsClaim());
        Stream<?> all = said instanceof Collection<?> list
                ? list.stream()
                : said instanceof String text ? Arrays.stream(text.split("\\s+")) : Stream.of();
        return all.filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(group -> !grants(group).isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    /** What groups allow by the grants as they are now. */
    Access access(List<String> groups) {
        return new Access(
                groups.stream().flatMap(group -> grants(group).stream()).toList());
    }

    private List<Grant> grants(String group) {
        List<Grant> grants = new ArrayList<>();
        for (OidcSettings.GroupGrant each : settings.grants()) {
            Grant grant = each.grantOf(group);
            if (grant != null) {
                grants.add(grant);
            }
        }
        return grants;
    }

    /** A claim by its name, or by a path into objects; the names of claims may have dots themselves. */
    private static @Nullable Object at(Map<?, ?> claims, String path) {
        Object whole = claims.get(path);
        for (int dot = path.indexOf('.'); whole == null && dot >= 0; dot = path.indexOf('.', dot + 1)) {
            if (claims.get(path.substring(0, dot)) instanceof Map<?, ?> inner) {
                whole = at(inner, path.substring(dot + 1));
            }
        }
        return whole;
    }
}
