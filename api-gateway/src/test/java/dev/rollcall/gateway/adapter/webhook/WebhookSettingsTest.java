package dev.rollcall.gateway.adapter.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rollcall.gateway.adapter.webhook.WebhookSettings.Webhook;
import dev.rollcall.gateway.app.BackOff;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookSettingsTest {

    private static final String SECRET = "0123456789abcdef";

    private static Webhook webhook(String name, String url, String secret) {
        return new Webhook(name, URI.create(url), secret, null, List.of(), List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "Chat, https://chat.example/x, 0123456789abcdef, must have a name",
        "chat, ftp://chat.example/x, 0123456789abcdef, must have a url",
        "chat, /x, 0123456789abcdef, must have a url",
        "chat, https://user:word@chat.example/x, 0123456789abcdef, with a password",
        "chat, http://192.0.2.1/x, 0123456789abcdef, plain HTTP",
        "chat, https://chat.example/x, short, at least 16"
    })
    void shouldRefuseWhatIsNotSafe(String name, String url, String secret, String why) {
        assertThatThrownBy(() -> new WebhookSettings(List.of(webhook(name, url, secret)), false))
                .hasMessageContaining(why)
                .hasMessageNotContaining(secret);
    }

    @Test
    void shouldRefuseANameGivenTwiceAndASecretThatCannotBeRead() {
        Webhook one = webhook("chat", "https://chat.example/x", SECRET);
        Webhook unread = new Webhook(
                "chat", URI.create("https://chat.example"), null, Path.of("/nowhere"), List.of(), List.of());

        assertThatThrownBy(() -> new WebhookSettings(List.of(one, one), false)).hasMessageContaining("twice");
        assertThatThrownBy(() -> new WebhookSettings(List.of(unread), false)).hasMessageContaining("cannot be read");
        assertThat(new WebhookSettings(List.of(webhook("chat", "http://127.0.0.1:1/x", SECRET)), false).webhooks())
                .hasSize(1);
        assertThat(new WebhookSettings(List.of(webhook("chat", "http://192.0.2.1/x", SECRET)), true).webhooks())
                .hasSize(1);
    }

    @Test
    void shouldShowNeitherSecretNorAddress() {
        assertThat(webhook("chat", "https://chat.example/hooks/T0PS", SECRET).toString())
                .doesNotContain(SECRET)
                .doesNotContain("T0PS");
    }

    @Test
    void shouldPauseLongerEachTimeUpToALimitAndGiveUpInTheEnd() {
        BackOff backOff = new BackOff(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofHours(24));
        Instant first = Instant.parse("2026-01-31T12:00:00Z");

        assertThat(List.of(1, 2, 3, 9, 10, 1_000).stream().map(backOff::pauseAfter))
                .containsExactly(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(256),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(5));
        assertThat(backOff.isOver(first, first.plus(Duration.ofHours(24)).minusMillis(1)))
                .isFalse();
        assertThat(backOff.isOver(first, first.plus(Duration.ofHours(24)))).isTrue();
    }
}
