package dev.rollcall.standalone.adapter.hosts;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Set;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/** The key pair with which the agent signs in at the demo's hosts; made at the first start, the private half readable by its owner only. */
record DemoKeys(Path privateKey, PublicKey publicKey) {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    static DemoKeys in(Path directory) throws IOException {
        Path privateKey = directory.resolve("id_ecdsa");
        Path publicKey = directory.resolve("id_ecdsa.pub");
        try {
            // The private key is moved into place last: when it is there, both are.
            if (!Files.exists(privateKey)) {
                make(privateKey, publicKey);
            }
            AuthorizedKeyEntry entry = AuthorizedKeyEntry.parseAuthorizedKeyEntry(
                    Files.readString(publicKey).strip());
            return new DemoKeys(privateKey, entry.resolvePublicKey(null, PublicKeyEntryResolver.FAILING));
        } catch (GeneralSecurityException e) {
            throw new IOException("Cannot make or read the SSH key in " + directory, e);
        }
    }

    private static void make(Path privateKey, Path publicKey) throws IOException, GeneralSecurityException {
        Files.createDirectories(privateKey.getParent());
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Path draft = Files.createTempFile(
                privateKey.getParent(), "id", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (OutputStream out = Files.newOutputStream(draft)) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "rollcall demo", null, out);
        }
        try (OutputStream out = Files.newOutputStream(publicKey)) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(pair, "rollcall demo", out);
        }
        Files.move(draft, privateKey, StandardCopyOption.ATOMIC_MOVE);
    }
}
