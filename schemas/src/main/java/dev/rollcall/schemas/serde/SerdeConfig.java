package dev.rollcall.schemas.serde;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the serde, under Confluent's keys; other keys are ignored.
 *
 * <ul>
 *   <li>{@code schema.registry.url}: one or more addresses, comma-separated; {@code mock://name} is a registry inside the JVM
 *   <li>{@code auto.register.schemas} (true): register a schema that is not there
 *   <li>{@code use.latest.version} (false): write with the newest schema of the subject, which must then be the writer's own
 *   <li>{@code specific.avro.reader} (false): read into the generated classes instead of generic records
 *   <li>{@code basic.auth.credentials.source} (URL) and {@code basic.auth.user.info}: sign-in at the registry
 *   <li>{@code schema.registry.ssl.truststore.location} and the other {@code ssl.*} settings of a Kafka client behind {@code
 *       schema.registry.}: whom an {@code https} address must prove to be, and who we are to it; Java's own trust when absent
 *   <li>{@code schema.registry.retry.timeout.ms} (60000; ours): how long to go on asking a registry that does not answer
 * </ul>
 */
record SerdeConfig(
        List<URI> urls,
        boolean autoRegister,
        boolean useLatest,
        boolean specificReader,
        @Nullable String userInfo,
        Map<String, String> ssl,
        Duration retryTimeout) {

    static final String URL = "schema.registry.url";
    static final String AUTO_REGISTER = "auto.register.schemas";
    static final String USE_LATEST = "use.latest.version";
    static final String SPECIFIC_READER = "specific.avro.reader";
    static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
    static final String USER_INFO = "basic.auth.user.info";
    static final String REGISTRY_PREFIX = "schema.registry.";
    static final String SSL_PREFIX = REGISTRY_PREFIX + "ssl.";
    static final String RETRY_TIMEOUT = "schema.registry.retry.timeout.ms";

    static SerdeConfig of(Map<String, ?> settings) {
        List<URI> urls = urls(settings.get(URL));
        return new SerdeConfig(
                urls,
                flag(settings, AUTO_REGISTER, true),
                flag(settings, USE_LATEST, false),
                flag(settings, SPECIFIC_READER, false),
                userInfo(settings, urls.get(0)),
                ssl(settings),
                Duration.ofMillis(number(settings, RETRY_TIMEOUT, 60_000)));
    }

    private static List<URI> urls(@Nullable Object value) {
        String text = value instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : value == null ? "" : value.toString();
        List<URI> urls = Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(url -> !url.isEmpty())
                .map(SerdeConfig::url)
                .toList();
        if (urls.isEmpty()) {
            throw new ConfigException(URL, value, "it must name the schema registry, such as http://127.0.0.1:8081");
        }
        return urls;
    }

    private static URI url(String text) {
        try {
            URI uri = URI.create(text);
            String scheme = uri.getScheme();
            if (scheme != null && List.of("http", "https", "mock").contains(scheme)) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // falls through to the one message below
        }
        throw new ConfigException(URL, text, "it must be an http, https or mock address");
    }

    private static @Nullable String userInfo(Map<String, ?> settings, URI url) {
        Object source = settings.get(CREDENTIALS_SOURCE);
        Object info = settings.get(USER_INFO);
        if (info != null && "USER_INFO".equals(source)) {
            return info.toString();
        }
        if (source != null && !"URL".equals(source) && !"USER_INFO".equals(source)) {
            throw new ConfigException(CREDENTIALS_SOURCE, source, "it must be URL or USER_INFO");
        }
        return url.getUserInfo();
    }

    /** The {@code ssl.*} settings, under the names that Kafka's clients use. */
    private static Map<String, String> ssl(Map<String, ?> settings) {
        Map<String, String> ssl = new TreeMap<>();
        settings.forEach((name, value) -> {
            if (name.startsWith(SSL_PREFIX) && value != null) {
                String text = value instanceof Password password ? password.value() : value.toString();
                ssl.put(name.substring(REGISTRY_PREFIX.length()), text);
            }
        });
        return ssl;
    }

    private static boolean flag(Map<String, ?> settings, String key, boolean otherwise) {
        Object value = settings.get(key);
        if (value == null) {
            return otherwise;
        }
        String text = value.toString();
        if (!"true".equalsIgnoreCase(text) && !"false".equalsIgnoreCase(text)) {
            throw new ConfigException(key, value, "it must be true or false");
        }
        return Boolean.parseBoolean(text);
    }

    private static long number(Map<String, ?> settings, String key, long otherwise) {
        Object value = settings.get(key);
        try {
            return value == null ? otherwise : Long.parseLong(value.toString());
        } catch (NumberFormatException e) {
            throw new ConfigException(key, value, "it must be a number of milliseconds");
        }
    }

    /** Never prints the user info, nor passwords of key stores. */
    @Override
    public String toString() {
        return "SerdeConfig[urls=%s]"
                .formatted(urls.stream()
                        .map(URI::getAuthority)
                        .map(SerdeConfig::withoutUser)
                        .toList());
    }

    private static String withoutUser(@Nullable String authority) {
        return authority == null ? "" : authority.substring(authority.lastIndexOf('@') + 1);
    }
}
