package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.app.StandaloneSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that open the gateway to other machines; closed without them. */
final class ReachOptions {

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address the HTTP API listens on (default: ${DEFAULT-VALUE}).")
    String bind = "127.0.0.1";

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "PEM file with the certificate chain, for HTTPS.")
    @Nullable
    Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "PEM file with the certificate's private key.")
    @Nullable
    Path key;

    @Option(
            names = "--allow-plain-http",
            description = "Listen beyond this machine without TLS: for a proxy in front that does it.")
    boolean allowPlain;

    /** @throws IllegalArgumentException in words, when it would not be safe or cannot work */
    StandaloneSettings.Reach reach() {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("--tls-certificate and --tls-key go together; one of them is missing");
        }
        if (certificate != null && key != null) {
            TlsFiles.check(certificate, key);
        }
        if (certificate == null && !allowPlain && !isLoopback()) {
            throw new IllegalArgumentException(
                    "--bind %s: other machines could reach Rollcall without TLS, and everybody on the way could read passwords. Give --tls-certificate and --tls-key; or --allow-plain-http, when a proxy in front does TLS"
                            .formatted(bind));
        }
        return new StandaloneSettings.Reach(
                bind,
                certificate == null ? null : certificate.toAbsolutePath(),
                key == null ? null : key.toAbsolutePath());
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(bind).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--bind %s: this machine has no such address".formatted(bind), e);
        }
    }
}
