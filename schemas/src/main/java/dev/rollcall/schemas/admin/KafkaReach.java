package dev.rollcall.schemas.admin;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka whether it is there, over a connection that is kept. Thread-safe; it connects when it is first asked, and
 * {@link #close} ends that.
 */
public final class KafkaReach implements AutoCloseable {
    private final Map<String, Object> settings;
    private @Nullable Admin client;
    private boolean closed;

    /**
     * @param settings of an admin client: addresses, TLS, sign-in
     */
    public KafkaReach(Map<String, Object> settings) {
        this.settings = new HashMap<>(settings);
        this.settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    }

    /**
     * Waits for an answer of any broker.
     *
     * @return null when one came; otherwise why none did, in words
     */
    public @Nullable String trouble(Duration within) {
        try {
            client().describeCluster().nodes().get(within.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (TimeoutException e) {
            return "no broker answered within " + within.toMillis() + " ms";
        } catch (ExecutionException e) {
            return e.getCause() == null
                    ? String.valueOf(e.getMessage())
                    : e.getCause().getMessage();
        } catch (RuntimeException e) {
            return e.getMessage();
        }
    }

    private synchronized Admin client() {
        if (closed) {
            throw new IllegalStateException("the service stops");
        }
        Admin there = client;
        if (there == null) {
            there = Admin.create(settings);
            client = there;
        }
        return there;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close(Duration.ofSeconds(1));
            client = null;
        }
    }
}
