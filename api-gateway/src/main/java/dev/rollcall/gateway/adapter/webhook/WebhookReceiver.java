package dev.rollcall.gateway.adapter.webhook;

import dev.rollcall.gateway.app.NoticeReceiver;
import dev.rollcall.gateway.domain.Notice;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells of a task by a signed POST. The signature is HMAC-SHA256 over the time of sending, a full stop, and the body, so that neither
 * can be changed and an old one can be told from a new one. Redirections are not followed, and of an answer only its status is looked
 * at: what the address leads to is never shown to anybody.
 */
final class WebhookReceiver implements NoticeReceiver {

    static final String SIGNATURE = "Rollcall-Signature";
    static final String TIMESTAMP = "Rollcall-Timestamp";
    static final String EVENT_ID = "Rollcall-Event-Id";

    private static final Logger log = LoggerFactory.getLogger(WebhookReceiver.class);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final String MAC = "HmacSHA256";

    /** The body. */
    private record Document(
            String eventId,
            String event,
            String task,
            String cluster,
            String at,
            String state,
            @Nullable String code,
            @Nullable String actor,
            String message,
            String link) {}

    private final WebhookSettings.Webhook settings;
    private final SecretKeySpec key;
    private final HttpClient client;
    private final JsonMapper json;
    private final InstantSource clock;

    WebhookReceiver(WebhookSettings.Webhook settings, HttpClient client, JsonMapper json, InstantSource clock) {
        this.settings = settings;
        this.key = new SecretKeySpec(settings.key().getBytes(StandardCharsets.UTF_8), MAC);
        this.client = client;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public boolean wants(Notice notice) {
        return settings.kinds().contains(notice.kind())
                && (settings.clusters().isEmpty()
                        || settings.clusters().contains(notice.cluster().value()));
    }

    @Override
    public boolean tell(Notice notice) {
        String trouble = send(notice);
        if (trouble == null) {
            log.debug("Webhook {} took event {}", name(), notice.eventId());
            return true;
        }
        log.warn(
                "Webhook {} did not take event {} ({} of task {}): {}",
                name(),
                notice.eventId(),
                notice.kind(),
                notice.task(),
                trouble);
        return false;
    }

    /** What went wrong, in words without the address; null when nothing did. */
    private @Nullable String send(Notice notice) {
        String time = Long.toString(clock.instant().getEpochSecond());
        String body = json.writeValueAsString(document(notice));
        HttpRequest request = HttpRequest.newBuilder(settings.url())
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", "application/json")
                .header("User-Agent", "Rollcall")
                .header(EVENT_ID, notice.eventId())
                .header(TIMESTAMP, time)
                .header(SIGNATURE, "v1=" + signature(time + "." + body))
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            return status >= 200 && status < 300 ? null : "it answered " + status;
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the gateway stops";
        }
    }

    private static Document document(Notice notice) {
        return new Document(
                notice.eventId(),
                "task." + notice.kind().name().toLowerCase(Locale.ROOT),
                notice.task().value(),
                notice.cluster().value(),
                notice.at().toString(),
                notice.state().name(),
                notice.code(),
                notice.actor(),
                notice.message(),
                "/api/v1/tasks/" + notice.task());
    }

    private String signature(String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + MAC, e);
        }
    }
}
