package dev.rollcall.gateway.adapter.security;

import dev.rollcall.gateway.adapter.web.RemoteAddress;
import dev.rollcall.gateway.adapter.web.Trace;
import dev.rollcall.gateway.app.AuditTrail;
import dev.rollcall.gateway.domain.AuditNote;
import dev.rollcall.gateway.domain.Code;
import java.time.InstantSource;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tells the audit of sign-ins. Programs that send their password with every request are told of when they come from a new address; who is
 * slowed down, when it begins. A name that no user has is not told: it may be a password typed into the wrong field.
 */
final class SignInNotes {

    private static final String SIGN_IN = "SIGN_IN";

    private final AuditTrail trail;
    private final UserDirectory users;
    private final InstantSource clock;

    SignInNotes(AuditTrail trail, UserDirectory users, InstantSource clock) {
        this.trail = trail;
        this.users = users;
        this.clock = clock;
    }

    void succeeded(ServerWebExchange exchange, String user, SignedIn.Way way) {
        note(exchange, user, SIGN_IN, null, HttpStatus.OK, words(way));
    }

    void failed(ServerWebExchange exchange, String claimed, SignedIn.Way way, HttpStatus status) {
        boolean known = users.find(claimed) != null;
        note(
                exchange,
                known ? claimed : null,
                SIGN_IN,
                refusal(status),
                status,
                words(way) + (known ? "" : ", a user that does not exist"));
    }

    /** @param reason why, without anything of the token */
    void refused(ServerWebExchange exchange, SignedIn.Way way, String reason, HttpStatus status) {
        note(exchange, null, SIGN_IN, refusal(status), status, words(way) + ", " + reason);
    }

    private static Code refusal(HttpStatus status) {
        return status == HttpStatus.TOO_MANY_REQUESTS ? Code.SLOWED_DOWN : Code.UNAUTHENTICATED;
    }

    void signedOut(ServerWebExchange exchange, String user) {
        note(exchange, user, "SIGN_OUT", null, HttpStatus.OK, "");
    }

    private static String words(SignedIn.Way way) {
        return "by " + way.name().toLowerCase(Locale.ROOT);
    }

    private void note(
            ServerWebExchange exchange,
            @Nullable String user,
            String action,
            @Nullable Code refusal,
            HttpStatus status,
            String detail) {
        trail.note(new AuditNote(
                UUID.randomUUID().toString(),
                clock.instant(),
                user,
                RemoteAddress.of(exchange),
                action,
                null,
                null,
                refusal == null,
                refusal == null ? null : refusal.text(),
                Integer.toString(status.value()),
                detail,
                Trace.parent(exchange)));
    }
}
