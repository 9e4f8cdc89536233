package dev.rollcall.gateway.adapter.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rollcall.gateway.domain.ClusterStatus;
import dev.rollcall.gateway.domain.Mode;
import dev.rollcall.gateway.domain.OdpState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cluster as JSON. */
record ClusterDocument(
        String id,
        String name,
        String description,
        Map<String, String> labels,
        long revision,
        int odpCount,
        ClusterStatus status,
        List<String> versions,
        List<String> zones,
        @Nullable TaskDocument activeTask,
        List<OdpDocument> odps,
        Restart restart) {

    /** A cluster in a list. */
    record Summary(
            String id,
            String name,
            int odpCount,
            int running,
            ClusterStatus status,
            List<String> versions,
            List<String> zones,
            @Nullable String activeTask) {}

    /** An ODP with its live state. */
    record OdpDocument(
            String id,
            String host,
            int sqlPort,
            String zone,
            String home,
            OdpState state,
            boolean draining,
            @Nullable String version,
            @Nullable Long pid,
            @Nullable Instant startedAt,
            @Nullable Long clients,
            @Nullable Instant lastSeenAt,
            @Nullable String detail) {}

    /** What is possible now. */
    record Restart(List<ModeDocument> modes, @Nullable Mode recommended) {}

    /** Whether a mode is possible; the reason says why not, or what is not known although it is. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ModeDocument(
            Mode mode,
            boolean allowed,
            @Nullable String code,
            @Nullable String reason,
            @Nullable List<String> odps) {}
}
