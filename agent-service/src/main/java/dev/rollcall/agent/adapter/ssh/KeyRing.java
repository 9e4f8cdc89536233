package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import dev.rollcall.agent.domain.FailureCategory;
import dev.rollcall.agent.domain.TroubleException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Private keys, unlocked once: the passphrase of an OpenSSH key is made to cost time, and a thousand hosts are logged in to with one key. A key
 * file that was replaced is read again. Thread-safe.
 */
final class KeyRing {
    private final Map<String, Unlocked> byName = new ConcurrentHashMap<>();

    private record Unlocked(SshCredential.Key credential, String fileState, Identity identity) {}

    /** The key of the credential with this name. */
    Identity get(String name, SshCredential.Key credential) throws TroubleException {
        String state;
        try {
            state = Files.getLastModifiedTime(credential.file()) + "/" + Files.size(credential.file());
        } catch (IOException e) {
            throw unusable(name, credential, "cannot be read by the agent", ".key-file", e);
        }
        Unlocked before = byName.get(name);
        if (before != null && before.credential.equals(credential) && before.fileState.equals(state)) {
            return before.identity;
        }
        synchronized (this) {
            Unlocked meanwhile = byName.get(name);
            if (meanwhile != null && meanwhile.credential.equals(credential) && meanwhile.fileState.equals(state)) {
                return meanwhile.identity;
            }
            Identity identity = unlock(name, credential);
            byName.put(name, new Unlocked(credential, state, identity));
            return identity;
        }
    }

    private static Identity unlock(String name, SshCredential.Key credential) throws TroubleException {
        if (!Files.isReadable(credential.file())) {
            throw unusable(name, credential, "cannot be read by the agent", ".key-file", null);
        }
        KeyPair pair;
        try {
            pair = KeyPair.load(new JSch(), credential.file().toString(), null);
        } catch (JSchException | RuntimeException e) {
            throw unusable(name, credential, "is no private key that the agent can use", ".key-file", e);
        }
        if (pair.isEncrypted()) {
            if (credential.passphrase().isEmpty()) {
                throw unusable(
                        name, credential, "has a passphrase, and the agent was given none", ".password-file", null);
            }
            if (!unlocked(pair, credential.passphrase())) {
                throw unusable(
                        name,
                        credential,
                        "has another passphrase than the agent was given",
                        ".password-file (or .password)",
                        null);
            }
        }
        return new KeyIdentity(credential.file().toString(), pair);
    }

    private static boolean unlocked(KeyPair pair, String passphrase) {
        try {
            return pair.decrypt(passphrase);
        } catch (RuntimeException garbled) {
            // A wrong passphrase makes noise of the key, and some kinds of key stumble over it.
            return false;
        }
    }

    private static TroubleException unusable(
            String name, SshCredential.Key credential, String why, String setting, @Nullable Throwable cause) {
        return SshSessions.trouble(
                FailureCategory.REFUSED,
                "NO_CREDENTIAL",
                "The key file " + credential.file() + " of SSH credential '" + name + "' " + why,
                "Check rollcall.agent.credentials." + name + setting + " of the agent.",
                cause);
    }

    private record KeyIdentity(String name, KeyPair pair) implements Identity {
        @Override
        public boolean setPassphrase(byte @Nullable [] passphrase) {
            return true;
        }

        @Override
        public byte[] getPublicKeyBlob() {
            return pair.getPublicKeyBlob();
        }

        @Override
        public byte[] getSignature(byte[] data) {
            return pair.getSignature(data);
        }

        @Override
        public byte[] getSignature(byte[] data, String algorithm) {
            return pair.getSignature(data, algorithm);
        }

        @Override
        public String getAlgName() {
            return pair.getKeyTypeString();
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isEncrypted() {
            return false;
        }

        @Override
        public void clear() {
            // Kept for the next session.
        }
    }
}
