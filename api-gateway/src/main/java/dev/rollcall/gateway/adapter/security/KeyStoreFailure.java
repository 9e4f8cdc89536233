package dev.rollcall.gateway.adapter.security;

import java.security.UnrecoverableKeyException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Says in words that the key store for TLS does not open, where Java says it in a chain of exceptions. Spring Boot finds it by name. */
final class KeyStoreFailure implements FailureAnalyzer {

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof UnrecoverableKeyException) {
                return new FailureAnalysis(
                        "The key store for TLS does not open with the password given, or its key with the key's password.",
                        "Set server.ssl.key-store-password (and server.ssl.key-password, where the key has one of its own) to the store's, "
                                + "or those of the SSL bundle; keytool -list -keystore FILE tells whether a password is right.",
                        failure);
            }
        }
        return null;
    }
}
