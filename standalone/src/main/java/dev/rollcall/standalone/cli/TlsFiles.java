package dev.rollcall.standalone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.springframework.boot.ssl.pem.PemContent;

/** Looks into the files for TLS before anything starts: a server that fails on them later says so to nobody in words. */
final class TlsFiles {

    private static final byte[] SOMETHING = {1, 2, 3};

    private TlsFiles() {}

    /** @throws IllegalArgumentException in words, when no server could use them */
    static void check(Path certificate, Path key) {
        for (Path file : List.of(certificate, key)) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("--tls-certificate, --tls-key: cannot read " + file);
            }
        }
        X509Certificate own = certificate(certificate);
        if (!own.getNotAfter().toInstant().isAfter(Instant.now())) {
            throw new IllegalArgumentException("--tls-certificate: the certificate in %s has expired on %s; renew it"
                    .formatted(certificate, own.getNotAfter().toInstant()));
        }
        if (!isPair(key(key), own.getPublicKey())) {
            throw new IllegalArgumentException(
                    "--tls-key: %s is not the key of the first certificate in %s".formatted(key, certificate));
        }
    }

    private static X509Certificate certificate(Path file) {
        try {
            return PemContent.load(file).getCertificates().get(0);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "--tls-certificate: %s holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----"
                            .formatted(file),
                    e);
        }
    }

    private static PrivateKey key(Path file) {
        try {
            PrivateKey key = PemContent.load(file).getPrivateKey();
            if (key != null) {
                return key;
            }
        } catch (IOException | RuntimeException e) {
            // Told below: what is wrong inside could be a part of the key.
        }
        throw new IllegalArgumentException(
                "--tls-key: %s holds no private key in PEM form, or one that a password protects; write it without one: openssl pkcs8 -topk8 -nocrypt -in %s -out NEW"
                        .formatted(file, file.getFileName()));
    }

    private static boolean isPair(PrivateKey key, PublicKey certified) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(SOMETHING);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(SOMETHING);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
