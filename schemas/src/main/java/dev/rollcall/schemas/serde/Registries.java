package dev.rollcall.schemas.serde;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One registry client for each configuration, shared by all serializers and deserializers of the JVM. */
final class Registries {

    private static final Map<Object, SchemaRegistry> SHARED = new ConcurrentHashMap<>();

    private Registries() {}

    static SchemaRegistry shared(SerdeConfig config) {
        if ("mock".equals(config.urls().get(0).getScheme())) {
            return SHARED.computeIfAbsent(config.urls(), key -> new MemorySchemaRegistry());
        }
        record Access(Object urls, String userInfo, Object ssl, Object retryTimeout) {}
        Object access = new Access(
                config.urls(), config.userInfo() == null ? "" : config.userInfo(), config.ssl(), config.retryTimeout());
        return SHARED.computeIfAbsent(access, key -> new HttpSchemaRegistry(config));
    }
}
