package dev.rollcall.standalone.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real HTTPS server, whose certificate is made by the JDK's own keytool. */
class TrustedAuthoritiesTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path files;

    private static HttpsServer server;

    @BeforeAll
    static void serve() throws Exception {
        Path keys = files.resolve("keys.p12");
        keytool("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=ip:127.0.0.1", keys);
        keytool(
                "-exportcert",
                "-alias",
                "a",
                "-rfc",
                "-file",
                files.resolve("ca.pem").toString(),
                keys);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] task = "{\"id\":\"t1\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, task.length);
            exchange.getResponseBody().write(task);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static void keytool(String command, Object... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), command));
        for (int i = 0; i < arguments.length - 1; i++) {
            line.add(arguments[i].toString());
        }
        line.addAll(List.of(
                "-storepass",
                PASSWORD,
                "-storetype",
                "PKCS12",
                "-keystore",
                arguments[arguments.length - 1].toString()));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static GatewayClient client(@Nullable SSLContext trusted) {
        URI address = URI.create("https://127.0.0.1:" + server.getAddress().getPort());
        return new GatewayClient(address, GatewayClient.basic("u", "p"), trusted);
    }

    @Test
    void shouldTrustWhatTheFileNamesAndNothingElse() throws IOException {
        GatewayClient trusting = client(TrustedAuthorities.of(files.resolve("ca.pem")));
        assertThat(trusting.task("t1").path("id").asString()).isEqualTo("t1");

        assertThatThrownBy(() -> client(null).task("t1"))
                .isInstanceOf(GatewayUnreachableException.class)
                .hasMessageContaining("--ca");
    }

    @Test
    void shouldSayWhenThereIsNoCertificateInIt() throws IOException {
        Path empty = Files.writeString(files.resolve("empty.pem"), "");
        assertThatThrownBy(() -> TrustedAuthorities.of(empty)).hasMessageContaining("no certificate");
        Path other = Files.writeString(files.resolve("other.pem"), "-----BEGIN CERTIFICATE-----\nx\n");
        assertThatThrownBy(() -> TrustedAuthorities.of(other)).isInstanceOf(IOException.class);
    }
}
