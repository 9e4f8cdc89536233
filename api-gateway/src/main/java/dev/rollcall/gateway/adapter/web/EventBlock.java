package dev.rollcall.gateway.adapter.web;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ResolvableType;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Events that leave together, in one write: where hundreds follow a busy task, a write for each event of each of them is most of the
 * work, and they would fall behind.
 *
 * @param events their data is on one line
 */
record EventBlock(List<ServerSentEvent<String>> events) {

    EventBlock {
        events = List.copyOf(events);
    }

    /** As the HTML standard has them ("Server-sent events"). */
    byte[] bytes() {
        StringBuilder text = new StringBuilder(512 * events.size());
        for (ServerSentEvent<String> event : events) {
            line(text, "id:", event.id());
            line(text, "event:", event.event());
            line(text, ":", event.comment());
            line(text, "data:", event.data());
            text.append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder text, String field, @Nullable String value) {
        if (value != null) {
            text.append(field).append(value).append('\n');
        }
    }

    /** Writes each block as it comes. */
    static final class Writer implements HttpMessageWriter<EventBlock>, WebFluxConfigurer {
        private static final MediaType TYPE = new MediaType(MediaType.TEXT_EVENT_STREAM, StandardCharsets.UTF_8);

        @Override
        public void configureHttpMessageCodecs(ServerCodecConfigurer codecs) {
            codecs.customCodecs().register(this);
        }

        @Override
        public List<MediaType> getWritableMediaTypes() {
            return List.of(MediaType.TEXT_EVENT_STREAM);
        }

        @Override
        public boolean canWrite(ResolvableType type, @Nullable MediaType mediaType) {
            return type.toClass() == EventBlock.class;
        }

        @Override
        public Mono<Void> write(
                Publisher<? extends EventBlock> blocks,
                ResolvableType type,
                @Nullable MediaType mediaType,
                ReactiveHttpOutputMessage message,
                Map<String, Object> hints) {
            message.getHeaders().setContentType(TYPE);
            return message.writeAndFlushWith(Flux.from(blocks)
                    .map(block -> Mono.just(message.bufferFactory().wrap(block.bytes()))));
        }
    }
}
