package dev.rollcall.gateway.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import dev.rollcall.gateway.domain.AuditNote;
import dev.rollcall.gateway.it.Http.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Signing in with an OpenID provider, a real one: people at its page, programs with its tokens. */
class OidcIT {

    @TempDir
    private static Path files;

    private static OpenIdProvider provider;
    private static HttpGateway first;
    private static HttpGateway second;

    @BeforeAll
    static void start() throws IOException {
        Files.writeString(files.resolve("session.key"), "0123456789abcdef0123456789abcdef\n");
        Files.writeString(files.resolve("client.secret"), OpenIdProvider.SECRET + "\n");
        provider = OpenIdProvider.start(0);
        first = gateway(provider.issuer());
        second = gateway(provider.issuer());
        for (HttpGateway gateway : List.of(first, second)) {
            provider.expect(gateway.port());
            for (String cluster : List.of("pay", "secret")) {
                Answer answer =
                        new Http(gateway.port(), "local").put("/api/v1/clusters/" + cluster, HttpGateway.DEFINITION);
                assertThat(answer.status()).as(answer.text()).isEqualTo(201);
            }
        }
    }

    private static HttpGateway gateway(String issuer, String... more) {
        HttpGateway gateway = HttpGateway.start(HttpGateway.all(
                new String[] {
                    "rollcall.gateway.sign-in.session-key-file=" + files.resolve("session.key"),
                    "rollcall.gateway.sign-in.failures-per-minute-from-address=1000",
                    "rollcall.gateway.oidc.issuer=" + issuer,
                    "rollcall.gateway.oidc.client-id=" + OpenIdProvider.CLIENT,
                    "rollcall.gateway.oidc.client-secret-file=" + files.resolve("client.secret"),
                    "rollcall.gateway.oidc.grants[0].group=dba",
                    "rollcall.gateway.oidc.grants[0].role=OBPROXY_MANAGER",
                    "rollcall.gateway.oidc.grants[1].group=onlookers",
                    "rollcall.gateway.oidc.grants[1].role=OBPROXY_VIEWER",
                    "rollcall.gateway.oidc.grants[1].clusters=pay",
                    "rollcall.gateway.oidc.grants[2].group=odp-manager-{cluster}",
                    "rollcall.gateway.oidc.grants[2].role=OBPROXY_MANAGER"
                },
                HttpGateway.user(0, "local", "ADMIN"),
                more));
        gateway.views().caughtUp();
        return gateway;
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        provider.close();
    }

    // ---- people ----

    private static Browser browser(HttpGateway gateway) {
        return new Browser(new Http(gateway.port(), null));
    }

    /** Follows the button of the sign-in page to the provider, signs in there, and says where the provider sends the browser. */
    private static URI throughProvider(Browser browser, String user, String goOnTo) {
        Answer go = browser.get("/login/provider?to=" + goOnTo);
        assertThat(go.status()).as(go.text()).isEqualTo(303);
        URI asked = URI.create(go.header("Location").orElseThrow());
        assertThat(asked.getPort()).isEqualTo(provider.port());
        Browser there = new Browser(new Http(provider.port(), null));
        assertThat(there.get(target(asked), "Accept", "text/html").status()).isEqualTo(302);
        Answer signedIn = there.submit(
                "/login", Map.of("username", user, "password", "at-provider-" + user, "_csrf", there.token()));
        assertThat(signedIn.status()).isEqualTo(302);
        Answer back = there.get(target(URI.create(signedIn.header("Location").orElseThrow())), "Accept", "text/html");
        assertThat(back.status()).as(back.text()).isEqualTo(302);
        return URI.create(back.header("Location").orElseThrow());
    }

    private static String target(URI address) {
        return address.getRawPath() + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery());
    }

    private static Browser signedIn(String user) {
        Browser browser = browser(first);
        Answer answer = browser.get(target(throughProvider(browser, user, "/tasks")));
        assertThat(answer.status()).as(answer.text()).isEqualTo(303);
        assertThat(answer.header("Location")).contains("/tasks");
        return browser;
    }

    private static Answer restart(Browser browser, String cluster) {
        return browser.post(
                "/api/v1/clusters/" + cluster + "/restarts",
                "{\"mode\":\"RESTART\",\"dryRun\":true}",
                "X-CSRF-Token",
                browser.token());
    }

    @Test
    void shouldAskTheProviderWithStateNonceAndProofKey() {
        Answer go = browser(first).get("/login/provider");
        Map<String, String> asked = query(URI.create(go.header("Location").orElseThrow()));

        assertThat(asked)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", OpenIdProvider.CLIENT)
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("redirect_uri", "http://127.0.0.1:" + first.port() + "/login/provider/back")
                .containsKeys("state", "nonce", "code_challenge");
        assertThat(asked.get("scope")).contains("openid");
        assertThat(go.header("Set-Cookie").orElse(""))
                .startsWith("rollcall-provider-visit=")
                .containsIgnoringCase("HttpOnly")
                .contains("SameSite=Lax")
                .contains("Max-Age=900");
    }

    private static Map<String, String> query(URI address) {
        return Arrays.stream(address.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    @Test
    void shouldSignInAtTheProviderAndMayWhatTheGroupsAllow() {
        Browser olga = signedIn("olga");
        Browser vera = signedIn("vera");
        Browser paul = signedIn("paul");

        assertThat(restart(olga, "pay").status()).isEqualTo(202);
        assertThat(restart(olga, "secret").status()).isEqualTo(202);
        assertThat(restart(vera, "pay").code()).as("a viewer restarts nothing").isEqualTo("IAM11000");
        assertThat(vera.get("/api/v1/clusters/pay").status()).isEqualTo(200);
        assertThat(vera.get("/api/v1/clusters/secret").status()).isEqualTo(404);
        assertThat(restart(paul, "pay").status())
                .as("the group's name tells the cluster")
                .isEqualTo(202);
        assertThat(restart(paul, "secret").status()).isEqualTo(404);
        assertThat(olga.get("/api/v1/audit").status()).isEqualTo(403);
        assertThat(first.notes("SIGN_IN")).anySatisfy(note -> {
            assertThat(note.user()).isEqualTo("olga");
            assertThat(note.detail()).isEqualTo("by oidc");
            assertThat(note.allowed()).isTrue();
        });
        assertThat(first.notes("RESTART"))
                .anySatisfy(note -> assertThat(note.user()).isEqualTo("vera"));
    }

    @Test
    void shouldAskForTheGroupsWhereTheIdTokenDoesNotTellThem() {
        assertThat(signedIn(OpenIdProvider.SHY).get("/api/v1/clusters/pay").status())
                .isEqualTo(200);
    }

    @Test
    void shouldWantATokenForChangesAlsoOfThePeopleOfTheProvider() {
        assertThat(signedIn("olga")
                        .post("/api/v1/clusters/pay/restarts", "{\"mode\":\"RESTART\"}")
                        .code())
                .isEqualTo("RC22124");
    }

    @Test
    void shouldLetAnotherGatewayFinishASignInAndBothKnowIt() {
        Browser browser = browser(first);
        URI back = throughProvider(browser, "olga", "/tasks");

        Answer answer = browser.at(new Http(second.port(), null)).get(target(back));

        assertThat(answer.status()).as(answer.text()).isEqualTo(303);
        assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(200);
        assertThat(browser.at(new Http(first.port(), null))
                        .get("/api/v1/clusters")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldNotSignInByALinkThatAnotherPersonWasSent() {
        Browser attacker = browser(first);
        URI back = throughProvider(attacker, "olga", "/");
        Browser victim = browser(first);

        assertThat(victim.get(target(back)).status()).as("no visit").isEqualTo(401);
        victim.get("/login/provider");
        Answer answer = victim.get(target(back));

        assertThat(answer.status()).as("another visit").isEqualTo(401);
        assertThat(answer.text()).contains("not begun in this browser");
        assertThat(victim.get("/api/v1/clusters").status()).isEqualTo(401);
        assertThat(first.notes("SIGN_IN")).anySatisfy(note -> {
            assertThat(note.user()).isNull();
            assertThat(note.outcome()).isEqualTo("401");
            assertThat(note.code()).isEqualTo("RC22101");
            assertThat(note.detail()).startsWith("by oidc, it was not begun in this browser");
        });
    }

    @Test
    void shouldUseACodeAndAVisitOnce() {
        Browser browser = browser(first);
        URI back = throughProvider(browser, "olga", "/");
        Map<String, String> before = Map.copyOf(browser.cookies());
        assertThat(browser.get(target(back)).status()).isEqualTo(303);
        assertThat(browser.cookies()).doesNotContainKey("rollcall-provider-visit");

        Browser again = browser(first);
        again.cookies().putAll(before);

        assertThat(again.get(target(back)).status())
                .as("the provider knows the code no more")
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"nina, no grant", "local, a user in the users file"})
    void shouldSayWhyAPersonOfTheProviderIsNotLetIn(String user, String words) {
        Browser browser = browser(first);

        Answer answer = browser.get(target(throughProvider(browser, user, "/")));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).contains(words);
        assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(401);
    }

    @Test
    void shouldSayThatTheProviderSaidNo() {
        Browser browser = browser(first);
        Map<String, String> asked = query(
                URI.create(browser.get("/login/provider").header("Location").orElseThrow()));

        Answer answer = browser.get("/login/provider/back?error=access_denied&state=" + asked.get("state"));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).contains("said no");
    }

    @ParameterizedTest
    @CsvSource({"'//evil.example'", "'https://evil.example/'"})
    void shouldNeverLeadToAnotherSite(String page) {
        Browser browser = browser(first);

        Answer answer = browser.get(target(throughProvider(browser, "vera", page)));

        assertThat(answer.header("Location")).contains("/");
    }

    @Test
    void shouldEndTheSessionOfAPersonOfTheProvider() {
        try (HttpGateway brief = gateway(provider.issuer(), "rollcall.gateway.oidc.session-lifetime=3s")) {
            provider.expect(brief.port());
            Browser browser = browser(brief);
            assertThat(browser.get(target(throughProvider(browser, "olga", "/")))
                            .status())
                    .isEqualTo(303);
            assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(200);
            try (Stream<String> stream = new Http(brief.port(), null)
                    .lines(
                            "/api/v1/events",
                            "Accept",
                            "text/event-stream",
                            "Cookie",
                            "rollcall-session=" + browser.cookies().get("rollcall-session"))) {
                assertThat(stream.count()).as("the stream ends too").isPositive();
            }
            assertThat(browser.get("/api/v1/clusters").status()).isEqualTo(401);
        }
    }

    @Test
    void shouldForgetThePeopleOfAProviderThatIsNotBelievedAnyMore() {
        Browser olga = signedIn("olga");
        try (HttpGateway without = HttpGateway.start(HttpGateway.all(
                        new String[] {"rollcall.gateway.sign-in.session-key-file=" + files.resolve("session.key")},
                        HttpGateway.user(0, "local", "ADMIN")));
                HttpGateway other = gateway("http://127.0.0.1:1/other");
                HttpGateway known = gateway(
                        provider.issuer(),
                        "rollcall.gateway.users[1].name=olga",
                        "rollcall.gateway.users[1].password=$2a$04$" + "x".repeat(53),
                        "rollcall.gateway.users[1].roles=ADMIN")) {
            without.views().caughtUp();
            assertThat(olga.at(new Http(without.port(), null))
                            .get("/api/v1/clusters")
                            .status())
                    .as("no provider")
                    .isEqualTo(401);
            assertThat(olga.at(new Http(other.port(), null))
                            .get("/api/v1/clusters")
                            .status())
                    .as("another provider")
                    .isEqualTo(401);
            assertThat(olga.at(new Http(known.port(), null))
                            .get("/api/v1/clusters")
                            .status())
                    .as("a user of that name")
                    .isEqualTo(401);
        }
        assertThat(olga.at(new Http(first.port(), null)).get("/api/v1/clusters").status())
                .isEqualTo(200);
    }

    @Test
    void shouldSignInAndOutInARealBrowser() {
        try (Chromium chromium = Chromium.start();
                BrowserContext window =
                        chromium.window("http://127.0.0.1:" + first.port(), "zh-CN", ColorScheme.LIGHT, 1280, null)) {
            Page page = window.newPage();
            page.navigate("/tasks");
            page.click("text=使用统一身份认证登录");
            page.fill("#username", "olga");
            page.fill("#password", "at-provider-olga");
            page.click("button[type=submit]");
            page.waitForURL("**/tasks");
            assertThat(page.content()).contains("olga");

            page.click("form[action='/logout'] button");
            page.waitForURL("**/login");
            assertThat(page.url()).startsWith("http://127.0.0.1:" + first.port() + "/login");
            page.click("text=使用统一身份认证登录");

            page.waitForURL("http://127.0.0.1:" + provider.port() + "/login");
        }
    }

    @Test
    void shouldShowTheButtonWhereAProviderIsConfiguredOnly() {
        assertThat(browser(first).get("/login?to=/tasks").text())
                .contains("/login/provider?to=%2Ftasks")
                .contains("Sign in with the identity provider");
        try (HttpGateway tokensOnly = HttpGateway.start(
                        "rollcall.gateway.oidc.issuer=" + provider.issuer(),
                        "rollcall.gateway.oidc.audiences=" + OpenIdProvider.CLIENT,
                        "rollcall.gateway.oidc.grants[0].group=dba",
                        "rollcall.gateway.oidc.grants[0].role=OBPROXY_MANAGER");
                HttpGateway without = HttpGateway.start()) {
            tokensOnly.views().caughtUp();
            assertThat(browser(tokensOnly).get("/login").text()).doesNotContain("/login/provider");
            assertThat(bearer(tokensOnly, provider.token(claims -> {})).status())
                    .isEqualTo(200);
            assertThat(browser(without).get("/login").text()).doesNotContain("/login/provider");
            assertThat(browser(without).get("/login/provider").status()).isEqualTo(404);
            assertThat(browser(without)
                            .get("/login")
                            .header("Content-Security-Policy")
                            .orElse(""))
                    .contains("form-action 'self';");
        }
    }

    // ---- programs ----

    private static Answer bearer(HttpGateway gateway, String token) {
        return new Http(gateway.port(), null).get("/api/v1/clusters", "Authorization", "Bearer " + token);
    }

    @Test
    void shouldLetInAProgramWithATokenFromTheProvider() {
        String basic = Base64.getEncoder()
                .encodeToString((OpenIdProvider.CLIENT + ":" + OpenIdProvider.SECRET).getBytes(StandardCharsets.UTF_8));
        String token = new Http(provider.port(), null)
                .post(
                        "/oauth2/token",
                        "grant_type=client_credentials",
                        "Content-Type",
                        "application/x-www-form-urlencoded",
                        "Authorization",
                        "Basic " + basic)
                .json()
                .path("access_token")
                .asString();
        Http program = new Http(first.port(), null);

        Answer answer = program.post(
                "/api/v1/clusters/pay/restarts",
                "{\"mode\":\"RESTART\",\"dryRun\":true}",
                "Authorization",
                "Bearer " + token);

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(answer.json().path("requestedBy").asString()).isEqualTo(OpenIdProvider.CLIENT);
        assertThat(first.notes("SIGN_IN").stream()
                        .filter(note -> OpenIdProvider.CLIENT.equals(note.user()))
                        .map(AuditNote::detail))
                .containsExactly("by bearer");
    }

    @Test
    void shouldGiveAProgramNoMoreThanItsGroups() {
        String viewer = provider.token(claims -> claims.claim("groups", List.of("onlookers")));
        String nobody = provider.token(claims -> claims.claim("groups", List.of("odp-manager-*", "else")));
        Http program = new Http(first.port(), null);

        Answer refused = program.post(
                "/api/v1/clusters/pay/restarts", "{\"mode\":\"RESTART\"}", "Authorization", "Bearer " + viewer);

        assertThat(refused.code()).isEqualTo("IAM11000");
        assertThat(program.get("/api/v1/clusters/secret", "Authorization", "Bearer " + viewer)
                        .status())
                .isEqualTo(404);
        assertThat(bearer(first, nobody).code()).isEqualTo("IAM11000");
    }

    static Stream<Arguments> shouldRefuseATokenThatIsNotOneForUs() throws JOSEException {
        return Stream.of(
                refused("wrong audience", provider.token(claims -> claims.audience("another")), "somebody else"),
                refused("no audience", provider.token(claims -> claims.audience((String) null)), "somebody else"),
                refused(
                        "wrong issuer",
                        provider.token(claims -> claims.issuer("http://127.0.0.1:1")),
                        "another issuer"),
                refused(
                        "expired",
                        provider.token(claims ->
                                claims.expirationTime(Date.from(Instant.now().minusSeconds(90)))),
                        "expired"),
                refused("no end", provider.token(claims -> claims.expirationTime(null)), "expired"),
                refused(
                        "not yet",
                        provider.token(claims ->
                                claims.notBeforeTime(Date.from(Instant.now().plusSeconds(90)))),
                        "does not count yet"),
                refused("alg none", new PlainJWT(provider.claims(claims -> {})).serialize(), "not signed"),
                refused(
                        "signed with the public key as a shared secret",
                        OpenIdProvider.signed(
                                new JWSHeader.Builder(JWSAlgorithm.HS256)
                                        .keyID(provider.key().getKeyID())
                                        .build(),
                                provider.claims(claims -> {}),
                                new MACSigner(provider.key().toRSAPublicKey().getEncoded())),
                        "not signed"),
                refused(
                        "a foreign key",
                        OpenIdProvider.signed(OpenIdProvider.newKey(), provider.claims(claims -> {})),
                        "not signed"),
                refused("a foreign key under the name of the right one", foreignKey(), "not signed"),
                refused("changed after signing", changed(provider.token(claims -> {})), "not signed"),
                refused("no token", "x", "malformed"),
                refused("a name that is a user's", named("local"), "users file"),
                refused("a name with a line in it", named("a\nb"), "no name"),
                refused("a long name", named("n".repeat(129)), "no name"));
    }

    private static Arguments refused(String what, String token, String words) {
        return Arguments.of(what, token, words);
    }

    private static String named(String name) {
        return provider.token(claims -> claims.claim("preferred_username", name));
    }

    private static String foreignKey() {
        RSAKey foreign = new RSAKey.Builder(OpenIdProvider.newKey())
                .keyID(provider.key().getKeyID())
                .build();
        return OpenIdProvider.signed(foreign, provider.claims(claims -> {}));
    }

    private static String changed(String token) {
        String[] parts = token.split("\\.");
        JWTClaimsSet claims = provider.claims(builder -> builder.claim("groups", List.of("admins")));
        return parts[0] + "."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8))
                + "." + parts[2];
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void shouldRefuseATokenThatIsNotOneForUs(String what, String token, String words) {
        int before = first.notes("SIGN_IN").size();

        Answer answer = bearer(first, token);

        assertThat(answer.status()).as(what).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("RC22101");
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.text()).contains(words).doesNotContain(token).doesNotContain("Exception");
        assertThat(answer.header("WWW-Authenticate").orElse("")).isEqualTo("Bearer error=\"invalid_token\"");
        List<AuditNote> notes = first.notes("SIGN_IN");
        assertThat(notes).hasSize(before + 1);
        AuditNote last = notes.get(before);
        assertThat(last.user()).as("nobody knows who it was").isNull();
        assertThat(last.outcome()).isEqualTo("401");
        assertThat(last.allowed()).isFalse();
        assertThat(last.detail()).startsWith("by bearer, ").contains(words);
    }

    @Test
    void shouldAllowForClocksThatDiffer() {
        assertThat(bearer(
                                first,
                                provider.token(claims -> claims.expirationTime(
                                        Date.from(Instant.now().minusSeconds(20)))))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void shouldSlowDownBadTokensAndNeverGoodOnes() {
        try (HttpGateway strict =
                gateway(provider.issuer(), "rollcall.gateway.sign-in.failures-per-minute-from-address=3")) {
            for (int i = 0; i < 3; i++) {
                assertThat(bearer(strict, "bad").status()).isEqualTo(401);
            }
            Answer slowed = bearer(strict, "bad");
            bearer(strict, "bad");

            assertThat(slowed.status()).isEqualTo(429);
            assertThat(slowed.header("Retry-After")).isPresent();
            assertThat(bearer(strict, provider.token(claims -> {})).status()).isEqualTo(200);
            assertThat(strict.notes("SIGN_IN"))
                    .extracting(AuditNote::outcome)
                    .containsExactly("401", "401", "401", "429", "200");
        }
    }

    // ---- the provider's keys, and a provider that is away ----

    @Test
    void shouldTakeANewKeyOfTheProviderAndNotBePressedByUnknownOnes() {
        try (OpenIdProvider rotating = OpenIdProvider.start(0);
                HttpGateway gateway = gateway(rotating.issuer())) {
            String old = rotating.token(claims -> {});
            assertThat(bearer(gateway, old).status()).isEqualTo(200);
            for (int i = 0; i < 10; i++) {
                assertThat(bearer(gateway, old).status()).isEqualTo(200);
            }
            assertThat(rotating.keysAskedFor()).as("kept").isEqualTo(1);

            rotating.rotateKey();
            assertThat(bearer(gateway, rotating.token(claims -> {})).status()).isEqualTo(200);
            assertThat(bearer(gateway, old).status())
                    .as("signed with the key that is gone")
                    .isEqualTo(401);

            RSAKey foreign = OpenIdProvider.newKey();
            for (int i = 0; i < 20; i++) {
                RSAKey renamed =
                        new RSAKey.Builder(foreign).keyID("unknown-" + i).build();
                String unknown = OpenIdProvider.signed(renamed, rotating.claims(claims -> {}));
                assertThat(bearer(gateway, unknown).status()).isEqualTo(401);
            }
            assertThat(rotating.keysAskedFor()).as("unknown keys press nobody").isLessThanOrEqualTo(3);
        }
    }

    @Test
    void shouldGoOnWithoutTheProvider() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        String issuer = "http://127.0.0.1:" + port;
        String early = OpenIdProvider.signed(OpenIdProvider.newKey(), provider.claims(claims -> claims.issuer(issuer)));
        try (HttpGateway gateway = gateway(issuer)) {
            Answer away = bearer(gateway, early);
            assertThat(away.status()).isEqualTo(503);
            assertThat(away.code()).isEqualTo("RC22156");
            assertThat(away.header("Retry-After")).isPresent();
            assertThat(away.text()).contains("identity provider").doesNotContain("ConnectException");
            Answer page = browser(gateway).get("/login/provider");
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.text()).contains("does not answer").contains("id=\"password\"");
            assertThat(new Http(gateway.port(), "local").get("/api/v1/clusters").status())
                    .as("Basic")
                    .isEqualTo(200);
            Browser session = browser(gateway);
            assertThat(session.signIn("local", "secret-local").status()).isEqualTo(303);
            assertThat(session.get("/api/v1/clusters").status()).as("a session").isEqualTo(200);
            assertThat(gateway.notes("SIGN_IN"))
                    .noneMatch(note -> note.outcome().equals("401"));

            String token;
            try (OpenIdProvider late = OpenIdProvider.start(port)) {
                token = late.token(claims -> {});
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() -> assertThat(bearer(gateway, token).status())
                                .as("it came up later")
                                .isEqualTo(200));
            }
            assertThat(bearer(gateway, token).status()).as("its keys are kept").isEqualTo(200);
        }
    }

    @Test
    void shouldNotBelieveAProviderThatCallsItselfDifferently() {
        try (HttpGateway gateway = gateway(provider.issuer() + "/")) {
            assertThat(bearer(gateway, provider.token(claims -> {})).status()).isEqualTo(503);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            rollcall.gateway.oidc.issuer=http://idp.example                | https
            rollcall.gateway.oidc.issuer=idp.example                       | https
            rollcall.gateway.oidc.client-secret=twice                      | both given
            rollcall.gateway.oidc.clock-skew=1h                            | clock-skew
            rollcall.gateway.oidc.grants[1].clusters=A B                   | no cluster id
            rollcall.gateway.oidc.grants[2].clusters=pay                   | names the cluster itself
            rollcall.gateway.oidc.client-secret-file=/nowhere/secret       | cannot read /nowhere/secret
            """)
    void shouldRefuseToStartWithSettingsThatCannotBeMeant(String setting, String words) {
        assertThatThrownBy(() -> gateway(provider.issuer(), setting).close())
                .hasStackTraceContaining(words)
                .satisfies(thrown -> assertThat(thrown.toString()).doesNotContain(OpenIdProvider.SECRET));
    }
}
