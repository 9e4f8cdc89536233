package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.gateway.app.Views;
import dev.rollcall.gateway.it.Http.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** Who may do what, and how they say who they are, over real servers without Kafka. */
class SecurityIT {

    private static final String DEFINITION = """
            {"defaults":{"home":"/o","sqlPort":2883,"ssh":{"user":"admin","credential":"k"},"adminCredential":"p"},
             "odps":[{"host":"10.0.0.7"}]}""";
    private static final String USERS = """
            users:
              - {name: admin, password: "{noop}secret-admin", roles: [ADMIN]}
              - {name: operator, password: "{noop}secret-operator", roles: [OBPROXY_MANAGER]}
              - {name: viewer, password: "{noop}secret-viewer", roles: [OBPROXY_VIEWER]}
              - name: limited
                password: "{noop}secret-limited"
                roles: [OBPROXY_VIEWER]
                clusters: [test-*]
                grants:
                  - {role: OBPROXY_MANAGER, clusters: [pay]}
            """;

    @TempDir
    private static Path files;

    private static Path users;
    private static final List<ConfigurableApplicationContext> GATEWAYS = new ArrayList<>();
    private static int first;
    private static int second;

    @BeforeAll
    static void start() throws IOException {
        users = files.resolve("users.yml");
        Files.writeString(users, USERS);
        Path key = files.resolve("session.key");
        Files.writeString(key, "0123456789abcdef0123456789abcdef\n");
        first = gateway("--rollcall.gateway.sign-in.session-key-file=" + key);
        second = gateway(
                "--rollcall.gateway.sign-in.session-keys=another-secret-another-secret-xx,0123456789abcdef0123456789abcdef");
        for (String cluster : List.of("pay", "test-1", "secret")) {
            for (int port : List.of(first, second)) {
                Answer answer = new Http(port, "operator").put("/api/v1/clusters/" + cluster, DEFINITION);
                assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            }
        }
    }

    private static int gateway(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.config.name=api-gateway",
                "--server.port=0",
                "--rollcall.gateway.stream-heartbeat=100ms",
                "--rollcall.gateway.allow-plain-passwords=true",
                "--rollcall.gateway.users-file=" + users));
        arguments.addAll(List.of(more));
        ConfigurableApplicationContext gateway = new SpringApplicationBuilder(HttpOnly.class)
                .web(WebApplicationType.REACTIVE)
                .run(arguments.toArray(String[]::new));
        GATEWAYS.add(gateway);
        gateway.getBean(Views.class).caughtUp();
        var server = ((ReactiveWebServerApplicationContext) gateway).getWebServer();
        return server == null ? 0 : server.getPort();
    }

    @AfterAll
    static void stop() {
        GATEWAYS.forEach(ConfigurableApplicationContext::close);
    }

    @BeforeEach
    void usualUsers() throws IOException {
        rewrite(USERS);
        for (String user : List.of("viewer", "operator")) {
            await().pollInterval(Duration.ofMillis(120))
                    .until(() -> new Http(first, user).get("/api/v1/clusters").status() == 200);
        }
    }

    /** As careful people change a file that others read. */
    private static void rewrite(String text) throws IOException {
        if (!Files.readString(users).equals(text)) {
            Path draft = files.resolve("users.new");
            Files.writeString(draft, text);
            Files.move(draft, users, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static Browser browser() {
        return new Browser(new Http(first, null));
    }

    private static Browser signedIn(String user) {
        Browser browser = browser();
        Answer answer = browser.signIn(user, "secret-" + user);
        assertThat(answer.status()).as(answer.text()).isEqualTo(303);
        return browser;
    }

    // ---- sessions ----

    @Test
    void shouldSignInByTheFormAndGoWhereOneWantedToGo() {
        Browser browser = browser();
        Answer page = browser.get("/tasks?state=RUNNING", "Accept", "text/html,*/*;q=0.8");
        assertThat(page.status()).isEqualTo(303);
        assertThat(page.header("Location").orElse("")).isEqualTo("/login?to=%2Ftasks%3Fstate%3DRUNNING");

        Answer answer = browser.submit(
                "/login",
                Map.of(
                        "username", "operator",
                        "password", "secret-operator",
                        "_csrf", browser.token(),
                        "to", "/tasks?state=RUNNING"));

        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location").orElse("")).isEqualTo("/tasks?state=RUNNING");
        String cookie = answer.header("Set-Cookie").orElse("");
        assertThat(cookie)
                .containsIgnoringCase("HttpOnly")
                .contains("SameSite=Lax")
                .contains("Path=/");
        assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example", "https://evil.example/", "/\\evil.example", "evil", "/a\r\nX: y"})
    void shouldNeverLeadToAnotherSite(String page) {
        Browser browser = browser();

        Answer answer = browser.submit(
                "/login",
                Map.of("username", "viewer", "password", "secret-viewer", "_csrf", browser.token(), "to", page));

        assertThat(answer.header("Location")).contains("/");
    }

    @Test
    void shouldBeSignedInAtAnyGateway() {
        Browser browser = signedIn("operator").at(new Http(second, null));

        assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(200);
        assertThat(browser.post("/api/v1/tasks/none/cancel", null, "X-CSRF-Token", browser.token())
                        .status())
                .as("the token of one gateway counts at the other")
                .isIn(404, 403);
    }

    @Test
    void shouldNotBelieveACookieThatIsNotOurs() {
        Browser browser = signedIn("viewer");
        String name = browser.cookies().keySet().stream()
                .filter(cookie -> cookie.contains("session"))
                .findFirst()
                .orElseThrow();
        String genuine = browser.cookies().getOrDefault(name, "");
        for (String forged : List.of(
                "x",
                ".",
                genuine + "A",
                genuine.replace('.', 'A'),
                "B" + genuine.substring(1),
                genuine + "." + genuine)) {
            browser.cookies().put(name, forged);
            assertThat(browser.get("/api/v1/clusters").status()).as(forged).isEqualTo(401);
        }
        browser.cookies().put(name, genuine);
        assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(200);
    }

    @Test
    void shouldSignOut() {
        Browser browser = signedIn("viewer");

        Answer forged = browser.submit("/logout", Map.of());
        assertThat(forged.status()).isEqualTo(403);
        assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(200);

        Answer answer = browser.submit("/logout", Map.of("_csrf", browser.token()));

        assertThat(answer.status()).isEqualTo(303);
        assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(401);
    }

    @Test
    void shouldWantATokenForEachChangeThatACookieSignsIn() {
        Browser browser = signedIn("operator");
        String path = "/api/v1/clusters/pay/restarts";

        Answer without = browser.post(path, "{}");
        Answer wrong = browser.post(path, "{}", "X-CSRF-Token", "guessed");
        Answer ofAnother =
                browser.post(path, "{}", "X-CSRF-Token", signedIn("operator").token());
        Answer with = browser.post(path, "{}", "X-CSRF-Token", browser.token());

        assertThat(List.of(without.code(), wrong.code(), ofAnother.code())).containsOnly("RC22124");
        assertThat(without.status()).isEqualTo(403);
        assertThat(with.status()).as("it came as far as the missing mode").isEqualTo(400);
        assertThat(new Http(first, "operator").post(path, "{}").status())
                .as("a program needs none")
                .isEqualTo(400);
    }

    @Test
    void shouldNotSignInByAFormOfAnotherSite() {
        Answer answer = browser().submit("/login", Map.of("username", "viewer", "password", "secret-viewer"));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Set-Cookie")).isEmpty();
    }

    @Test
    void shouldNotLetACookieSignInWhoAlsoSendsWrongCredentials() {
        Browser browser = signedIn("operator");

        assertThat(browser.post("/api/v1/tasks/x/cancel", null, "Authorization", "Other x")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void shouldTellWhoIsWrongOnThePage() {
        Answer answer = browser().signIn("viewer", "wrong<script>");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).contains("wrong").doesNotContain("<script");
        assertThat(answer.header("Content-Security-Policy").orElse(""))
                .contains("default-src 'none'")
                .contains("script-src 'self'")
                .doesNotContain("unsafe");
    }

    // ---- roles and grants, at the moment of each action ----

    @Test
    void shouldShowNothingOfAClusterThatOneMayNotSee() {
        Http limited = new Http(first, "limited");

        assertThat(limited.get("/api/v1/clusters").json().path("items").findValuesAsString("id"))
                .containsExactlyInAnyOrder("pay", "test-1");
        assertThat(limited.get("/api/v1/clusters/secret").status()).isEqualTo(404);
        assertThat(limited.get("/api/v1/clusters/secret").code()).isEqualTo("ODP21001");
        assertThat(limited.get("/api/v1/events?cluster=secret").status()).isEqualTo(404);
        assertThat(limited.put("/api/v1/clusters/secret", DEFINITION).status()).isEqualTo(404);
        assertThat(limited.delete("/api/v1/clusters/secret").status()).isEqualTo(404);
        assertThat(restart(limited, "secret").status()).isEqualTo(404);
    }

    @Test
    void shouldLetNobodyDoMoreOnAClusterThanTheirGrant() {
        Http limited = new Http(first, "limited");

        assertThat(limited.get("/api/v1/clusters/test-1").status()).isEqualTo(200);
        Answer refused = restart(limited, "test-1");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("IAM11000");
        assertThat(refused.text()).contains("test-1");
        assertThat(limited.delete("/api/v1/clusters/test-1").status()).isEqualTo(403);
        assertThat(restart(limited, "pay").status()).isIn(202, 409);
    }

    @Test
    void shouldHideTasksOfClustersThatOneMayNotSee() {
        Http operator = new Http(first, "operator");
        Http limited = new Http(first, "limited");
        Answer asked = restart(operator, "secret");
        String task = asked.json().path("id").asString();
        String own = restart(operator, "test-1").json().path("id").asString();

        assertThat(limited.get("/api/v1/tasks").text()).doesNotContain(task).contains(own);
        assertThat(limited.get("/api/v1/tasks/" + task).status()).isEqualTo(404);
        assertThat(limited.get("/api/v1/tasks/" + task + "/odps").status()).isEqualTo(404);
        assertThat(limited.get("/api/v1/tasks/" + task + "/events").status()).isEqualTo(404);
        assertThat(limited.get("/api/v1/tasks/" + task + "/events", "Accept", "text/event-stream")
                        .status())
                .isEqualTo(404);
        assertThat(limited.post("/api/v1/tasks/" + task + "/cancel", null).status())
                .isEqualTo(404);
        assertThat(limited.post("/api/v1/tasks/" + own + "/cancel", null).status())
                .isEqualTo(403);
    }

    private static Answer restart(Http who, String cluster) {
        return who.post("/api/v1/clusters/" + cluster + "/restarts", "{\"mode\":\"RESTART\",\"dryRun\":true}");
    }

    @Test
    void shouldTakeAwayARoleAtTheNextAction() throws IOException {
        Http operator = new Http(first, "operator");
        Browser browser = signedIn("operator");
        assertThat(operator.post("/api/v1/tasks/none/cancel", null).status()).isEqualTo(404);

        rewrite(USERS.replace("OBPROXY_MANAGER]}", "OBPROXY_VIEWER]}"));

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(
                                operator.post("/api/v1/tasks/none/cancel", null).status())
                        .isEqualTo(403));
        assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(200);
        assertThat(browser.post("/api/v1/tasks/none/cancel", null, "X-CSRF-Token", browser.token())
                        .code())
                .isEqualTo("IAM11000");
    }

    @Test
    void shouldEndTheSessionsOfAUserWhoIsGoneOrHasANewPassword() throws IOException {
        Browser gone = signedIn("viewer");
        Browser renewed = signedIn("operator");

        rewrite(USERS.replace("name: viewer", "name: somebody").replace("secret-operator", "new-operator"));

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(gone.get("/api/v1/clusters").status()).isEqualTo(401));
        assertThat(renewed.get("/api/v1/clusters").status()).isEqualTo(401);
        assertThat(new Http(first, "operator").get("/api/v1/clusters").status())
                .as("the old password, right a moment ago")
                .isEqualTo(401);
    }

    @Test
    void shouldEndTheStreamOfAUserWhoMayNotLookAnyMore() throws Exception {
        try (var lines = new Http(first, "viewer").lines("/api/v1/events", "Accept", "text/event-stream")) {
            rewrite(USERS.replace("name: viewer", "name: somebody"));

            assertThat(lines.filter(line -> line.startsWith("data")).toList())
                    .as("it ends, and told nothing")
                    .isEmpty();
        }
    }

    @Test
    void shouldKeepTheUsersWhenTheFileIsBroken() throws IOException {
        Http viewer = new Http(first, "viewer");
        for (String broken : List.of("users: [", "users: []", "", USERS.replace("clusters:", "cluster:"))) {
            rewrite(broken);
            for (int i = 0; i < 3; i++) {
                assertThat(viewer.get("/api/v1/clusters?size=" + (i + 1)).status())
                        .as(broken)
                        .isEqualTo(200);
            }
        }
        rewrite(USERS.replace("name: viewer", "name: onlooker"));
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() ->
                        assertThat(viewer.get("/api/v1/clusters").status()).isEqualTo(401));
    }
}
