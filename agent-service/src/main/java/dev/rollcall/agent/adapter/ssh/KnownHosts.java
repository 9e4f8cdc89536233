package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import dev.rollcall.agent.domain.Failure;
import dev.rollcall.agent.domain.FailureCategory;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A known_hosts file. It is read again when it was changed, so that a host can be added while the agent runs. Thread-safe. */
final class KnownHosts {
    private static final Logger log = LoggerFactory.getLogger(KnownHosts.class);

    private final Path file;
    private final boolean trustOnFirstUse;
    private @Nullable HostKeyRepository loaded;
    private String loadedState = "";

    KnownHosts(Path file, boolean trustOnFirstUse) {
        this.file = file;
        this.trustOnFirstUse = trustOnFirstUse;
    }

    /** The keys of this file for one handshake, remembering what the host showed. */
    final class Check implements HostKeyRepository {
        private String host = "";
        private byte @Nullable [] refused;
        private @Nullable String unwritten;

        @Override
        public int check(String asked, byte[] key) {
            int answer = answer(asked, key);
            host = asked;
            refused = answer == OK ? null : key;
            return answer;
        }

        private int answer(String asked, byte[] key) {
            synchronized (KnownHosts.this) {
                HostKeyRepository current = current();
                int answer = current.check(asked, key);
                if (answer != NOT_INCLUDED) {
                    return answer;
                }
                if (!knownKeys(current, asked).isEmpty()) {
                    // A key of another type than the known ones could be anybody's: nobody is new here.
                    return CHANGED;
                }
                return trustOnFirstUse && written(asked, key) ? OK : NOT_INCLUDED;
            }
        }

        private boolean written(String asked, byte[] key) {
            try {
                append(line(asked, key));
                log.warn(
                        "Host {} was not known; its key {} is trusted from now on (trust-on-first-use) and stands in {}",
                        asked,
                        shown(asked, key),
                        file);
                return true;
            } catch (IOException e) {
                log.error("The key of host {} cannot be written to {}, so the host is not trusted", asked, file, e);
                unwritten = String.valueOf(e.getMessage());
                return false;
            }
        }

        /** Why the host was refused; null when its key is not the reason. */
        @Nullable
        Failure refusal() {
            byte[] key = refused;
            if (key == null) {
                return null;
            }
            String shown = shown(host, key);
            String compare =
                    "Compare it with the host's own: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there. If it is the same, ";
            List<HostKey> known;
            synchronized (KnownHosts.this) {
                known = knownKeys(current(), host);
            }
            if (!known.isEmpty()) {
                return Failure.of(
                        FailureCategory.REFUSED,
                        "HOST_KEY_CHANGED",
                        "The host key of " + host + " is " + shown + ", and not what the known hosts file " + file
                                + " has of it ("
                                + known.stream().map(KnownHosts::shown).collect(Collectors.joining(", "))
                                + "); nobody was logged in",
                        "If the host was not set up anew, somebody may stand in between. " + compare
                                + "take the old one out (ssh-keygen -f " + file + " -R '" + host
                                + "') and add the line: " + line(host, key));
            }
            String reason = unwritten;
            return Failure.of(
                    FailureCategory.REFUSED,
                    "HOST_KEY_UNKNOWN",
                    "The host key of " + host + ", " + shown + ", is not in the known hosts file " + file
                            + (reason == null ? "" : ", and could not be written there (" + reason + ")")
                            + "; nobody was logged in",
                    compare + "add this line to the file: " + line(host, key)
                            + (trustOnFirstUse ? "" : " (Or set rollcall.agent.trust-on-first-use.)"));
        }

        @Override
        public void add(HostKey key, @Nullable UserInfo ui) {
            // Keys are added by check alone.
        }

        @Override
        public void remove(String ofHost, String type) {
            // Never: a key that no longer fits is for a person to remove.
        }

        @Override
        public void remove(String ofHost, String type, byte[] key) {
            // As above.
        }

        @Override
        public String getKnownHostsRepositoryID() {
            return file.toString();
        }

        @Override
        public HostKey[] getHostKey() {
            synchronized (KnownHosts.this) {
                return current().getHostKey();
            }
        }

        @Override
        public HostKey[] getHostKey(@Nullable String ofHost, @Nullable String type) {
            synchronized (KnownHosts.this) {
                return current().getHostKey(ofHost, type);
            }
        }
    }

    /** What the file has of a host; an entry without a port holds for every port, as in {@link HostKeyRepository#check}. */
    private static List<HostKey> knownKeys(HostKeyRepository keys, String host) {
        HostKey[] found = keys.getHostKey(host, null);
        int port = host.lastIndexOf("]:");
        if ((found == null || found.length == 0) && host.startsWith("[") && port > 0) {
            found = keys.getHostKey(host.substring(1, port), null);
        }
        return found == null ? List.of() : Arrays.stream(found).toList();
    }

    private void append(String line) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Files.writeString(
                file,
                (endsInTheMiddleOfALine() ? "\n" : "") + line + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private boolean endsInTheMiddleOfALine() throws IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return false;
        }
        try (RandomAccessFile end = new RandomAccessFile(file.toFile(), "r")) {
            end.seek(end.length() - 1);
            return end.read() != '\n';
        }
    }

    private static String line(String host, byte[] key) {
        return host + " " + type(host, key) + " " + Base64.getEncoder().encodeToString(key);
    }

    private static String shown(String host, byte[] key) {
        return type(host, key) + " " + fingerprint(key);
    }

    private static String shown(HostKey key) {
        return key.getType() + " " + fingerprint(Base64.getDecoder().decode(key.getKey()));
    }

    private static String type(String host, byte[] key) {
        try {
            return new HostKey(host, key).getType();
        } catch (JSchException e) {
            return "of an unknown type";
        }
    }

    /** As OpenSSH shows it. */
    static String fingerprint(byte[] key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private HostKeyRepository current() {
        String state = state();
        HostKeyRepository repository = loaded;
        if (repository == null || !state.equals(loadedState)) {
            JSch jsch = new JSch();
            try {
                if (Files.isReadable(file)) {
                    jsch.setKnownHosts(file.toString());
                }
            } catch (JSchException e) {
                log.error("The known hosts file {} cannot be read", file, e);
            }
            repository = jsch.getHostKeyRepository();
            loaded = repository;
            loadedState = state;
        }
        return repository;
    }

    private String state() {
        try {
            return Files.exists(file) ? Files.getLastModifiedTime(file) + "/" + Files.size(file) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
