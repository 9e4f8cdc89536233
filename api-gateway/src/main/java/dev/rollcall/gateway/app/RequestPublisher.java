package dev.rollcall.gateway.app;

import dev.rollcall.gateway.domain.RestartRequest;
import java.util.concurrent.CompletableFuture;

/**
 * Writes requests to the log. Every future ends once the log has acknowledged the record on all in-sync replicas, with its
 * position, or exceptionally with a {@link NotPublishedException}, after which the record may or may not be there. Callable from
 * any thread, never blocking it.
 */
public interface RequestPublisher {

    CompletableFuture<LogPosition> publish(ClusterChange change);

    CompletableFuture<LogPosition> publish(RestartRequest request, Requester requester);

    CompletableFuture<LogPosition> publish(ControlRequest control);
}
