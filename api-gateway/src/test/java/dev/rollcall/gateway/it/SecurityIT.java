package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rollcall.gateway.app.AuditBook;
import dev.rollcall.gateway.domain.AuditLine;
import dev.rollcall.gateway.domain.AuditNote;
import dev.rollcall.gateway.it.Http.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.Environment;

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
              - {name: limitedadmin, password: "{noop}secret-limitedadmin", roles: [ADMIN], clusters: [pay]}
            """;

    @TempDir
    private static Path files;

    private static Path users;
    private static final List<HttpGateway> GATEWAYS = new ArrayList<>();
    private static int first;
    private static int second;

    @BeforeAll
    static void start() throws IOException {
        users = files.resolve("users.yml");
        Files.writeString(users, USERS);
        Path key = files.resolve("session.key");
        Files.writeString(key, "0123456789abcdef0123456789abcdef\n");
        first = gateway("rollcall.gateway.sign-in.session-key-file=" + key);
        second = gateway(
                "rollcall.gateway.sign-in.session-keys=another-secret-another-secret-xx,0123456789abcdef0123456789abcdef");
        for (String cluster : List.of("pay", "test-1", "secret")) {
            for (int port : List.of(first, second)) {
                Answer answer = new Http(port, "operator").put("/api/v1/clusters/" + cluster, DEFINITION);
                assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            }
        }
    }

    private static int gateway(String... more) {
        HttpGateway gateway = HttpGateway.start(HttpGateway.all(
                new String[] {"rollcall.gateway.allow-plain-passwords=true", "rollcall.gateway.users-file=" + users},
                more));
        GATEWAYS.add(gateway);
        gateway.views().caughtUp();
        return gateway.port();
    }

    @AfterAll
    static void stop() {
        GATEWAYS.forEach(HttpGateway::close);
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

    @ParameterizedTest
    @CsvSource({"2s, 12h, false", "3s, 3s, true"})
    void shouldEndASessionThatIsNotUsedOrTooOld(String idle, String lifetime, boolean prolonged) {
        int port = gateway(
                "rollcall.gateway.sign-in.session-idle=" + idle,
                "rollcall.gateway.sign-in.session-lifetime=" + lifetime);
        Browser person = new Browser(new Http(port, null));
        person.signIn("viewer", "secret-viewer");
        Map<String, String> asSignedIn = Map.copyOf(person.cookies());

        await().pollInterval(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    if (!prolonged) {
                        person.cookies().putAll(asSignedIn);
                    }
                    return person.get("/api/v1/clusters").status() == 401;
                });
    }

    // ---- slowing down ----

    @Test
    void shouldSlowDownWhoGuessesAndTellTheAuditWhenItBegins() {
        int port = gateway("rollcall.gateway.sign-in.failures-per-minute=3");
        Http viewer = new Http(port, "viewer");
        Http guesser = new Http(port, null);
        String wrong = "Basic " + Base64.getEncoder().encodeToString("viewer:wrong".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 3; i++) {
            assertThat(guesser.get("/api/v1/clusters", "Authorization", wrong).status())
                    .isEqualTo(401);
        }

        Answer slowed = guesser.get("/api/v1/clusters", "Authorization", wrong);
        guesser.get("/api/v1/clusters", "Authorization", wrong);

        assertThat(slowed.status()).isEqualTo(429);
        assertThat(slowed.code()).isEqualTo("RC22129");
        assertThat(Integer.parseInt(slowed.header("Retry-After").orElse("0"))).isBetween(1, 20);
        assertThat(viewer.get("/api/v1/clusters").status())
                .as("the right password is not looked at either, from where it was guessed")
                .isEqualTo(429);
        assertThat(new Http(port, "operator").get("/api/v1/clusters").status()).isEqualTo(200);
        Answer page = new Browser(new Http(port, null)).signIn("viewer", "secret-viewer");
        assertThat(page.status()).isEqualTo(429);
        assertThat(page.header("Retry-After")).isPresent();
        List<AuditNote> notes = notes(GATEWAYS.size() - 1, "SIGN_IN");
        assertThat(notes).filteredOn(note -> note.outcome().equals("429")).hasSize(1);
        assertThat(notes)
                .filteredOn(note -> note.outcome().equals("401"))
                .hasSize(3)
                .allSatisfy(note -> assertThat(note.user()).isEqualTo("viewer"));
    }

    private static List<AuditNote> notes(int gateway, String action) {
        return GATEWAYS.get(gateway).notes(action);
    }

    // ---- closed by default ----

    @Test
    void shouldBeReachedFromHereOnlyAndByNobodyWhenNothingIsConfigured() {
        try (HttpGateway bare = HttpGateway.start()) {
            bare.views().caughtUp();
            var settings = bare.bean(Environment.class);
            assertThat(settings.getProperty("server.address")).isEqualTo("127.0.0.1");
            assertThat(settings.getProperty("management.server.address")).isEqualTo("127.0.0.1");
            for (String user : List.of("admin", "operator", "rollcall", "user", "root")) {
                assertThat(new Http(bare.port(), user).get("/api/v1/clusters").status())
                        .isEqualTo(401);
            }
            for (String path :
                    List.of("/", "/clusters", "/v3/api-docs", "/swagger-ui.html", "/api/v1/events", "/nothing")) {
                assertThat(new Http(bare.port(), null).get(path).status())
                        .as(path)
                        .isEqualTo(401);
            }
            assertThat(new Http(bare.port(), null).get("/actuator/prometheus").status())
                    .as("on its own port")
                    .isIn(401, 404);
        }
    }

    @Test
    void shouldSendEveryHeaderThatMakesABrowserCareful() {
        for (Answer answer : List.of(
                browser().get("/login"),
                new Http(first, "viewer").get("/api/v1/clusters"),
                new Http(first, null).get("/api/v1/clusters"))) {
            assertThat(answer.header("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'");
            assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.header("X-Frame-Options")).contains("DENY");
            assertThat(answer.header("Referrer-Policy")).contains("same-origin");
            assertThat(answer.header("Cross-Origin-Opener-Policy")).contains("same-origin");
            assertThat(answer.header("Cross-Origin-Resource-Policy")).contains("same-origin");
            assertThat(answer.header("Permissions-Policy").orElse("")).contains("camera=()");
            assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
            assertThat(answer.header("Server")).isEmpty();
        }
    }

    // ---- what stands between ----

    @Test
    void shouldBelieveForwardedHeadersOfTrustedProxiesOnly() {
        int trusting = gateway("rollcall.gateway.sign-in.trusted-proxies=127.0.0.0/8");
        String[] forwarded = {
            "X-Forwarded-For",
            "6.6.6.6, 203.0.113.9, 127.0.0.2",
            "X-Forwarded-Proto",
            "https",
            "X-Forwarded-Host",
            "rollcall.example"
        };

        Answer through = new Http(trusting, "operator").post("/api/v1/tasks/a/cancel", null, forwarded);
        Answer direct = new Http(first, "operator").post("/api/v1/tasks/b/cancel", null, forwarded);

        assertThat(from(GATEWAYS.size() - 1, "a")).isEqualTo("203.0.113.9");
        assertThat(through.header("Strict-Transport-Security").orElse("")).contains("max-age=31536000");
        assertThat(from(0, "b")).isEqualTo("127.0.0.1");
        assertThat(direct.header("Strict-Transport-Security")).isEmpty();
        Answer page = new Http(trusting, null).get("/login", forwarded);
        assertThat(page.header("Set-Cookie").orElse("")).startsWith("__Host-").contains("Secure");
    }

    private static @Nullable String from(int gateway, String task) {
        return notes(gateway, "CANCEL").stream()
                .filter(note -> task.equals(note.task()))
                .findFirst()
                .orElseThrow()
                .from();
    }

    // ---- the audit ----

    @Test
    void shouldTellTheAuditOfEveryChangeHoweverItWasAnswered() {
        Http limited = new Http(first, "limited");
        String cluster = "test-9";
        limited.put("/api/v1/clusters/" + cluster, DEFINITION);
        limited.post("/api/v1/clusters/pay/restarts", "{\"mode\":\"NONSENSE\"}");
        limited.post("/api/v1/clusters/pay/restarts", "{\"mode\":\"RESTART\",\"odps\":[\"x:1\"]}");
        limited.post("/api/v1/clusters/secret/restarts", "{\"mode\":\"RESTART\"}");
        Answer asked = limited.post(
                "/api/v1/clusters/pay/restarts", "{\"mode\":\"RESTART\",\"dryRun\":true,\"reason\":\"CHG-7\"}");
        limited.get("/api/v1/audit");
        limited.get("/api/v1/clusters");

        List<AuditNote> restarts = notes(0, "RESTART").stream()
                .filter(note -> "limited".equals(note.user()))
                .toList();
        assertThat(notes(0, "CLUSTER_PUT")).anySatisfy(note -> {
            assertThat(note.user()).isEqualTo("limited");
            assertThat(note.cluster()).hasToString(cluster);
            assertThat(note.outcome()).isEqualTo("403");
            assertThat(note.code()).isEqualTo("IAM11000");
            assertThat(note.allowed()).isFalse();
            assertThat(note.from()).isEqualTo("127.0.0.1");
        });
        assertThat(restarts).extracting(AuditNote::outcome).contains("400", "422", "404", "202");
        assertThat(restarts).anySatisfy(note -> {
            assertThat(note.task()).isEqualTo(asked.json().path("id").asString());
            assertThat(note.detail()).contains("CHG-7").contains("dry run");
            assertThat(note.allowed()).isTrue();
        });
        assertThat(notes(0, "GET /api/v1/audit"))
                .anySatisfy(note -> assertThat(note.outcome()).isEqualTo("403"));
        assertThat(notes(0, "GET /api/v1/clusters")).isEmpty();
    }

    @Test
    void shouldTellTheAuditOfSignInsAndSignOutsAndForgeries() {
        Browser browser = signedIn("admin");
        browser.post("/api/v1/tasks/forged/cancel", null);
        browser.submit("/logout", Map.of("_csrf", browser.token()));
        browser().signIn("nobody-by-this-name", "x");

        assertThat(notes(0, "SIGN_IN")).anySatisfy(note -> {
            assertThat(note.user()).isEqualTo("admin");
            assertThat(note.detail()).isEqualTo("by form");
            assertThat(note.allowed()).isTrue();
        });
        assertThat(notes(0, "SIGN_OUT"))
                .anySatisfy(note -> assertThat(note.user()).isEqualTo("admin"));
        assertThat(notes(0, "CANCEL")).anySatisfy(note -> {
            assertThat(note.task()).isEqualTo("forged");
            assertThat(note.user()).isEqualTo("admin");
            assertThat(note.code()).isEqualTo("RC22124");
        });
        assertThat(notes(0, "SIGN_IN"))
                .as("it could be a password in the wrong field")
                .noneSatisfy(note -> assertThat(note.user()).isEqualTo("nobody-by-this-name"));
    }

    @Test
    void shouldShowTheAuditToAdministratorsOnly() {
        AuditBook book = GATEWAYS.get(0).bean(AuditBook.class);
        book.add(line(1, "alice", "pay", "=HYPERLINK(\"http://evil\")"));
        book.add(line(2, "bob", null, "by form"));
        Http admin = new Http(first, "admin");

        assertThat(new Http(first, "operator").get("/api/v1/audit").code()).isEqualTo("IAM11000");
        assertThat(new Http(first, null).get("/api/v1/audit").status()).isEqualTo(401);
        Answer all = admin.get("/api/v1/audit?sort=at,desc&size=500");
        assertThat(all.json().path("items").findValuesAsString("user")).contains("alice", "bob");
        assertThat(admin.get("/api/v1/audit?user=alice")
                        .json()
                        .path("page")
                        .path("total")
                        .asInt())
                .isEqualTo(1);
        assertThat(admin.get("/api/v1/audit?cluster=pay")
                        .json()
                        .path("page")
                        .path("total")
                        .asInt())
                .isEqualTo(1);
        assertThat(admin.get("/api/v1/audit?from=2026-02-01T00:00:00Z")
                        .json()
                        .path("page")
                        .path("total")
                        .asInt())
                .isEqualTo(0);
        assertThat(admin.get("/api/v1/audit?to=nonsense").status()).isEqualTo(400);
        Answer csv = admin.get("/api/v1/audit?cluster=pay", "Accept", "text/csv");
        assertThat(csv.contentType()).startsWith("text/csv");
        assertThat(csv.text().lines()).hasSize(2);
        assertThat(csv.text()).contains("\"'=HYPERLINK(\"\"http://evil\"\")\"");
        Http limitedAdmin = new Http(first, "limitedadmin");
        assertThat(limitedAdmin.get("/api/v1/audit").json().path("items").findValuesAsString("user"))
                .containsOnly("alice");
    }

    private static AuditLine line(long number, String user, @Nullable String cluster, String detail) {
        return new AuditLine(
                0,
                number,
                "hash",
                Instant.parse("2026-01-31T12:00:00Z"),
                user,
                "10.0.0.1",
                "RESTART",
                cluster,
                null,
                "ALLOWED",
                null,
                "202",
                detail,
                "GATEWAY");
    }
}
