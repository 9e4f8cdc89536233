package dev.rollcall.gateway.adapter.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * The files that pages need beside themselves: a closed list, from the class path. Their addresses carry a hash of their content, so
 * a browser may keep them for ever and still never mixes two releases.
 */
public final class Assets {

    private static final CacheControl FOR_EVER =
            CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();
    private static final MediaType SCRIPT = MediaType.parseMediaType("text/javascript;charset=UTF-8");
    private static final MediaType STYLE = MediaType.parseMediaType("text/css;charset=UTF-8");
    private static final MediaType PICTURE = MediaType.parseMediaType("image/svg+xml");
    private static final String OWN = "dev/rollcall/gateway/console/assets/";
    private static final String WEBJARS = "META-INF/resources/webjars/";

    private record Asset(Resource file, MediaType type, String path) {}

    private final Map<String, Asset> byName = new LinkedHashMap<>();

    Assets() {
        add("console.css", OWN + "console.css", STYLE);
        add("console.js", OWN + "console.js", SCRIPT);
        add("icon.svg", OWN + "icon.svg", PICTURE);
        add("htmx.js", WEBJARS + "htmx.org/2.0.4/dist/htmx.min.js", SCRIPT);
        add("sse.js", WEBJARS + "htmx-ext-sse/2.2.2/sse.js", SCRIPT);
    }

    private void add(String name, String place, MediaType type) {
        Resource file = new ClassPathResource(place, Assets.class.getClassLoader());
        byName.put(name, new Asset(file, type, "/assets/" + hash(file) + "/" + name));
    }

    private static String hash(Resource file) {
        try (InputStream in = file.getInputStream()) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (IOException e) {
            throw new UncheckedIOException("The class path lacks " + file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** Address of a file, for templates. */
    public String path(String name) {
        Asset asset = byName.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("There is no file " + name);
        }
        return asset.path();
    }

    RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .GET("/assets/{hash}/{name}", this::answer)
                .build();
    }

    private Mono<ServerResponse> answer(ServerRequest request) {
        Asset asset = byName.get(request.pathVariable("name"));
        if (asset == null || !asset.path().equals(request.path())) {
            return ServerResponse.notFound().build();
        }
        return ServerResponse.ok()
                .contentType(asset.type())
                .cacheControl(FOR_EVER)
                .bodyValue(asset.file());
    }
}
