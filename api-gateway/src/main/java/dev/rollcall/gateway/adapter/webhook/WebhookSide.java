package dev.rollcall.gateway.adapter.webhook;

import dev.rollcall.gateway.app.NoticeReceiver;
import dev.rollcall.gateway.app.NoticeReceivers;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Wires the webhooks. Settings: {@code rollcall.gateway.webhooks}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookSettings.class)
public class WebhookSide {

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    @Bean
    NoticeReceivers webhookReceivers(WebhookSettings settings, JsonMapper json, InstantSource clock) {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_WITHIN)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        return new NoticeReceivers(settings.webhooks().stream()
                .<NoticeReceiver>map(webhook -> new WebhookReceiver(webhook, client, json, clock))
                .toList());
    }
}
