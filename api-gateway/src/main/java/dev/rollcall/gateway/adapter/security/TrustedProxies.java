package dev.rollcall.gateway.adapter.security;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/**
 * Believes {@code X-Forwarded-For, -Proto, -Host, -Port} of configured proxies, and of nobody else: anybody can send them. The
 * client is the last address in the row that is none of the proxies; what stands before it, the client may have made up. The
 * headers themselves never reach the application.
 */
final class TrustedProxies extends ForwardedHeaderTransformer {

    private static final String FOR = "X-Forwarded-For";
    private static final List<String> NEVER_BELIEVED = List.of("Forwarded", "X-Forwarded-Prefix", "X-Forwarded-Ssl");
    private static final Pattern LITERAL = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final List<IpSubnetFilterRule> trusted;

    /** @throws IllegalArgumentException when one is neither an address nor a network */
    TrustedProxies(List<String> proxies) {
        trusted = proxies.stream().map(TrustedProxies::rule).toList();
    }

    private static IpSubnetFilterRule rule(String proxy) {
        int slash = proxy.indexOf('/');
        String address = slash < 0 ? proxy : proxy.substring(0, slash);
        InetAddress literal = literal(address);
        if (literal == null || (slash >= 0 && !proxy.substring(slash + 1).matches("\\d{1,3}"))) {
            throw new IllegalArgumentException(
                    "rollcall.gateway.sign-in.trusted-proxies: '%s' is neither an address nor a network such as 10.0.0.0/8"
                            .formatted(proxy));
        }
        int bits = slash < 0 ? literal.getAddress().length * 8 : Integer.parseInt(proxy.substring(slash + 1));
        return new IpSubnetFilterRule(literal, bits, IpFilterRuleType.ACCEPT);
    }

    private static @Nullable InetAddress literal(String address) {
        try {
            return LITERAL.matcher(address).matches() ? InetAddress.getByName(address) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private boolean isTrusted(InetAddress address) {
        InetSocketAddress any = new InetSocketAddress(address, 0);
        return trusted.stream().anyMatch(rule -> rule.matches(any));
    }

    @Override
    public ServerHttpRequest apply(ServerHttpRequest request) {
        InetSocketAddress from = request.getRemoteAddress();
        boolean believed = from != null && from.getAddress() != null && isTrusted(from.getAddress());
        List<String> row = believed ? row(request) : List.of();
        ServerHttpRequest bare = request.mutate()
                .headers(headers -> {
                    NEVER_BELIEVED.forEach(headers::remove);
                    headers.remove(FOR);
                    if (!believed) {
                        headers.remove("X-Forwarded-Proto");
                        headers.remove("X-Forwarded-Host");
                        headers.remove("X-Forwarded-Port");
                    }
                })
                .build();
        ServerHttpRequest seen = super.apply(bare);
        InetAddress client = client(row);
        return client == null
                ? seen
                : seen.mutate().remoteAddress(new InetSocketAddress(client, 0)).build();
    }

    private static List<String> row(ServerHttpRequest request) {
        List<String> row = new ArrayList<>();
        for (String value : request.getHeaders().getOrEmpty(FOR)) {
            for (String part : value.split(",", -1)) {
                row.add(part.strip());
            }
        }
        Collections.reverse(row);
        return row;
    }

    /** The nearest address that is none of the proxies; null when there is none that can be read. */
    private @Nullable InetAddress client(List<String> fromNearest) {
        InetAddress nearest = null;
        for (String text : fromNearest) {
            InetAddress address = literal(text.replaceAll("^\\[|]$", ""));
            if (address == null) {
                return nearest;
            }
            nearest = address;
            if (!isTrusted(address)) {
                return address;
            }
        }
        return nearest;
    }
}
