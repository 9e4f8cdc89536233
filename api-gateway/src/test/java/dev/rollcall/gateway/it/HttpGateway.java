package dev.rollcall.gateway.it;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.domain.AuditNote;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** A gateway without Kafka (see {@link HttpOnly}) on a port of its own. Its views are not complete until somebody says so. */
final class HttpGateway implements AutoCloseable {

    /** A cluster definition with everything in it that is usual. */
    static final String DEFINITION = """
            {"name":"Payments","description":"d","labels":{"env":"prod"},
             "defaults":{"home":"/home/admin/obproxy","sqlPort":2883,"ssh":{"user":"admin","port":22,"credential":"ops-key"},
              "adminCredential":"proxysys","probeCredential":"app-probe","launcher":"obproxy"},
             "odps":[{"host":"10.0.0.7","zone":"z1"},{"host":"10.0.0.8","zone":"z2","sqlPort":2884,"id":"b2"}]}""";

    private final ConfigurableApplicationContext context;

    private HttpGateway(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts one with further settings, each {@code name=value}. */
    static HttpGateway start(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.config.name=api-gateway", "--server.port=0", "--rollcall.gateway.stream-heartbeat=100ms"));
        // The last one counts: Spring would make one list of all that have the same name.
        Map<String, String> last = new LinkedHashMap<>();
        for (String setting : settings) {
            last.put(setting.split("=", 2)[0], setting);
        }
        last.values().forEach(setting -> arguments.add("--" + setting));
        return new HttpGateway(new SpringApplicationBuilder(HttpOnly.class)
                .web(WebApplicationType.REACTIVE)
                .run(arguments.toArray(String[]::new)));
    }

    /** Settings of a user whose password is {@code secret-NAME}, stored as a cheap hash. */
    static String[] user(int number, String name, String role) {
        String prefix = "rollcall.gateway.users[" + number + "].";
        return new String[] {
            prefix + "name=" + name,
            prefix + "password=" + new BCryptPasswordEncoder(4).encode("secret-" + name),
            prefix + "roles=" + role
        };
    }

    /** Several lots of settings as one. */
    static String[] all(String[]... lots) {
        List<String> settings = new ArrayList<>();
        for (String[] lot : lots) {
            settings.addAll(List.of(lot));
        }
        return settings.toArray(String[]::new);
    }

    int port() {
        var server = ((ReactiveWebServerApplicationContext) context).getWebServer();
        if (server == null) {
            throw new IllegalStateException("The gateway does not serve");
        }
        return server.getPort();
    }

    Views views() {
        return context.getBean(Views.class);
    }

    HttpOnly.StraightThrough publisher() {
        return context.getBean(HttpOnly.StraightThrough.class);
    }

    /** What the audit was told of an action. */
    List<AuditNote> notes(String action) {
        return context.getBean(HttpOnly.Notes.class).of(action);
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
