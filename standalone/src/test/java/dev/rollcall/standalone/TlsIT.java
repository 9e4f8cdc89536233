package dev.rollcall.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * TLS by settings, with a real certificate: {@code rollcall serve}, and a gateway of its own beside it, each a process as people start
 * them.
 */
class TlsIT {

    private static final Pattern SERVES = Pattern.compile("Rollcall serves at (\\S+)");
    private static final Pattern PASSWORD = Pattern.compile("users .*; password (\\S+)");
    private static final Pattern KAFKA = Pattern.compile("Kafka +(\\S+), schema registry \\S+");
    private static final Pattern REGISTRY = Pattern.compile("schema registry (\\S+)");
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");

    private static final int TLS_1_1 = 2;
    private static final int TLS_1_2 = 3;

    @TempDir
    private static Path files;

    private static TestCertificate certificate;
    private static Path data;
    private static RollcallProcess serve;
    private static URI address;
    private static String password;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        certificate = TestCertificate.in(files);
        client = HttpClient.newBuilder()
                .sslContext(certificate.trusting())
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        data = files.resolve("data");
        serve = serve(certificate.certificate(), certificate.key());
        address = URI.create(serve.said(SERVES));
        password = serve.said(PASSWORD);
    }

    private static RollcallProcess serve(Path certificateFile, Path keyFile) throws IOException {
        return RollcallProcess.start(
                Map.of(),
                List.of(
                        "serve",
                        "--data=" + data,
                        "--port=0",
                        "--kafka-port=0",
                        "--registry-port=0",
                        "--bind=0.0.0.0",
                        "--tls-certificate=" + certificateFile,
                        "--tls-key=" + keyFile));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        serve.close();
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder to(URI base, String path) {
        return HttpRequest.newBuilder(base.resolve(path));
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldServeOverTlsWithCookiesThatNeverGoWithoutIt() throws Exception {
        assertThat(address.getScheme()).isEqualTo("https");
        shouldSignInOverTls(address);
    }

    private static void shouldSignInOverTls(URI base) throws IOException, InterruptedException {
        HttpResponse<String> page = send(to(base, "/login"));
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Strict-Transport-Security"))
                .hasValueSatisfying(value -> assertThat(value).contains("max-age=31536000"));
        Matcher token = TOKEN.matcher(page.body());
        assertThat(token.find()).isTrue();
        HttpResponse<String> signedIn = send(to(base, "/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Cookie", cookies(page))
                .POST(HttpRequest.BodyPublishers.ofString("username=viewer&password=" + password + "&_csrf="
                        + URLEncoder.encode(token.group(1), StandardCharsets.UTF_8))));
        assertThat(signedIn.statusCode()).isEqualTo(303);
        for (HttpResponse<String> each : List.of(page, signedIn)) {
            assertThat(each.headers().allValues("Set-Cookie"))
                    .isNotEmpty()
                    .allSatisfy(cookie -> assertThat(cookie)
                            .startsWith("__Host-rollcall-")
                            .contains("; Secure")
                            .containsIgnoringCase("; HttpOnly")
                            .contains("; SameSite=Lax")
                            .contains("; Path=/"));
        }
        assertThat(send(to(base, "/api/v1/clusters").header("Cookie", cookies(signedIn)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(to(base, "/api/v1/clusters").header("Authorization", basic("operator")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(to(base, "/api/v1/clusters")).statusCode()).isEqualTo(401);
    }

    private static String cookies(HttpResponse<?> response) {
        return response.headers().allValues("Set-Cookie").stream()
                .map(cookie -> cookie.split(";", 2)[0])
                .collect(Collectors.joining("; "));
    }

    @Test
    void shouldAnswerNothingToPlainHttpOnItsTlsPort() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answer).doesNotContain("HTTP/").doesNotContain("Rollcall");
        }
    }

    @Test
    void shouldSpeakNoTlsOlderThan12() throws Exception {
        try (SSLSocket socket =
                (SSLSocket) certificate.trusting().getSocketFactory().createSocket("127.0.0.1", address.getPort())) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isIn("TLSv1.2", "TLSv1.3");
        }
        // The JDK of this test would not even ask for anything older, so the greeting is written by hand.
        assertThat(answerTo(TLS_1_1))
                .as("an alert: protocol version")
                .startsWith(21)
                .endsWith(2, 70);
        assertThat(answerTo(TLS_1_2)).as("a handshake").startsWith(22);
    }

    /** The answer to a client that speaks nothing newer than a version: the one record of it, as sent. */
    private static byte[] answerTo(int version) throws IOException {
        HexFormat hex = HexFormat.of();
        // Two ciphers every version knows of, ECDHE with an ECDSA certificate, and the curve and signatures for them.
        String body = "03%02x".formatted(version) + "00".repeat(32) + "00" + "0004c009c02b" + "0100" + "0016"
                + "000a00040002" + "0017" + "000d0004" + "00020403" + "000b00020100";
        byte[] hello = hex.parseHex(body);
        byte[] greeting = hex.parseHex("160301%04x01%06x".formatted(hello.length + 4, hello.length) + body);
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(greeting);
            DataInputStream answer = new DataInputStream(socket.getInputStream());
            byte[] head = answer.readNBytes(5);
            byte[] record = answer.readNBytes((head[3] & 0xff) << 8 | head[4] & 0xff);
            byte[] whole = Arrays.copyOf(head, head.length + record.length);
            System.arraycopy(record, 0, whole, head.length, record.length);
            return whole;
        }
    }

    @Test
    void shouldBeTrustedByNobodyWhoWasNotToldOfItsCertificate() {
        HttpClient stranger = HttpClient.newHttpClient();

        assertThatThrownBy(() -> stranger.send(to(address, "/login").build(), HttpResponse.BodyHandlers.discarding()))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void shouldServeAGatewayOfItsOwnOverTlsFromAKeyStore() throws Exception {
        try (RollcallProcess gateway = gateway(TestCertificate.PASSWORD)) {
            URI base = URI.create(
                    "https://127.0.0.1:" + gateway.said(Pattern.compile("Netty started on port (\\d+) \\(https\\)")));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> send(to(base, "/api/v1/clusters").header("Authorization", basic("operator")))
                                    .statusCode()
                            == 200);
            shouldSignInOverTls(base);
        }
    }

    @Test
    void shouldSayInWordsThatTheKeyStoreDoesNotOpen() throws Exception {
        try (RollcallProcess gateway = gateway("not-the-password")) {
            assertThat(gateway.exitCode()).isNotZero();
            assertThat(String.join("\n", gateway.lines()))
                    .contains("APPLICATION FAILED TO START")
                    .contains("The key store for TLS does not open with the password given")
                    .contains("server.ssl.key-store-password")
                    .doesNotContain("not-the-password")
                    .doesNotContain("\tat ");
        }
    }

    private static RollcallProcess gateway(String storePassword) throws IOException {
        return RollcallProcess.startService(
                "dev.rollcall.gateway.ApiGatewayApplication",
                Map.of("SERVER_SSL_KEY_STORE_PASSWORD", storePassword),
                List.of(
                        // The log settings of the tests would not let it say its port.
                        "--logging.level.org.springframework.boot=info",
                        "--server.port=0",
                        "--management.server.port=0",
                        "--server.ssl.key-store=file:" + certificate.store(),
                        "--rollcall.gateway.users-file=" + data.resolve("users.yml"),
                        "--rollcall.gateway.sign-in.session-key-file=" + data.resolve("session.key"),
                        "--rollcall.kafka.partitions=3",
                        "--spring.kafka.bootstrap-servers=" + serve.said(KAFKA),
                        "--spring.kafka.properties.schema.registry.url=" + serve.said(REGISTRY)));
    }

    @Test
    void shouldShowTheRandomPasswordAtTheFirstStartOnly() throws Exception {
        assertThat(password).hasSize(20);
        try (Stream<Path> all = Files.walk(data)) {
            for (Path file : all.filter(each -> each.toString().endsWith(".log")
                            || each.getParent().equals(data) && Files.isRegularFile(each))
                    .toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(password);
            }
        }
    }
}
