package dev.rollcall.gateway.adapter.webhook;

import dev.rollcall.gateway.domain.Notice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * Where to tell of tasks. Only this file names addresses: nobody who uses the API can make the gateway call one.
 *
 * @param webhooks the receivers; nobody when empty
 * @param allowPlainHttp lets webhooks go over plain HTTP to other machines than this one
 */
@ConfigurationProperties("rollcall.gateway")
record WebhookSettings(
        @DefaultValue List<Webhook> webhooks,

        @Name("webhooks-allow-plain-http") @DefaultValue("false")
        boolean allowPlainHttp) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final int SHORTEST_SECRET = 16;

    WebhookSettings {
        webhooks = List.copyOf(webhooks);
        Set<String> names = new HashSet<>();
        for (Webhook webhook : webhooks) {
            String fault = fault(webhook, allowPlainHttp);
            if (fault == null && !names.add(webhook.name())) {
                fault = "is given twice";
            }
            if (fault != null) {
                throw new IllegalArgumentException(
                        "rollcall.gateway.webhooks: '%s' %s".formatted(webhook.name(), fault));
            }
        }
    }

    /**
     * A receiver.
     *
     * @param name also of its consumer group: a new name begins anew, with what happens from then on
     * @param secret key of the signature; or {@code secretFile}, a file that has it
     * @param clusters ids of the clusters it hears of; empty: all
     * @param events what it hears of; empty: everything
     */
    record Webhook(
            String name,
            URI url,
            @Nullable String secret,
            @Nullable Path secretFile,
            @DefaultValue List<String> clusters,
            @DefaultValue List<Notice.Kind> events) {

        Webhook {
            clusters = List.copyOf(clusters);
            events = List.copyOf(events);
        }

        /** Neither the secret nor the address, whose path may be one. */
        @Override
        public String toString() {
            return "Webhook[name=" + name + "]";
        }

        Set<Notice.Kind> kinds() {
            return events.isEmpty() ? EnumSet.allOf(Notice.Kind.class) : EnumSet.copyOf(events);
        }

        String key() {
            Path file = secretFile;
            if (file == null) {
                return secret == null ? "" : secret;
            }
            try {
                return Files.readString(file).strip();
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "rollcall.gateway.webhooks: the secret-file of '%s' cannot be read: %s".formatted(name, file),
                        e);
            }
        }
    }

    private static @Nullable String fault(Webhook webhook, boolean allowPlainHttp) {
        if (!NAME.matcher(webhook.name()).matches()) {
            return "must have a name of small letters, digits and '-', at most 63";
        }
        URI url = webhook.url();
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("https") || scheme.equals("http")) || url.getHost() == null) {
            return "must have a url such as https://chat.example/hooks/rollcall";
        }
        if (url.getUserInfo() != null || url.getFragment() != null) {
            return "has a url with a password or a fragment in it; leave that out";
        }
        if (scheme.equals("http") && !allowPlainHttp && !isThisMachine(url.getHost())) {
            return "goes over plain HTTP to another machine; use https, or set webhooks-allow-plain-http";
        }
        return webhook.key().length() < SHORTEST_SECRET
                ? "needs a secret or a secret-file of at least " + SHORTEST_SECRET + " characters"
                : null;
    }

    private static boolean isThisMachine(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
