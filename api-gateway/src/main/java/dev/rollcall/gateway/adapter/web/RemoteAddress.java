package dev.rollcall.gateway.adapter.web;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** Where a request comes from. */
public final class RemoteAddress {

    private RemoteAddress() {}

    /** The client's address as trusted proxies tell it, else that of the connection; null when it is not known. */
    public static @Nullable String of(ServerWebExchange exchange) {
        InetSocketAddress address = exchange.getRequest().getRemoteAddress();
        return address == null || address.getAddress() == null
                ? null
                : address.getAddress().getHostAddress();
    }
}
