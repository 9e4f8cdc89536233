package dev.rollcall.agent.adapter.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A known_hosts file. It is read again when it was changed, so that a host can be added while the agent runs. Thread-safe. */
final class KnownHosts implements HostKeyRepository {
    private static final Logger log = LoggerFactory.getLogger(KnownHosts.class);

    private final Path file;
    private final boolean trustOnFirstUse;
    private @Nullable HostKeyRepository loaded;
    private String loadedState = "";

    KnownHosts(Path file, boolean trustOnFirstUse) {
        this.file = file;
        this.trustOnFirstUse = trustOnFirstUse;
    }

    @Override
    public synchronized int check(String host, byte[] key) {
        int answer = current().check(host, key);
        if (answer != NOT_INCLUDED || !trustOnFirstUse) {
            return answer;
        }
        try {
            HostKey hostKey = new HostKey(host, key);
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            Files.writeString(
                    file,
                    host + " " + hostKey.getType() + " " + hostKey.getKey() + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            log.warn(
                    "Host {} was not known; its key {} is trusted from now on (trust-on-first-use)",
                    host,
                    hostKey.getType());
            return OK;
        } catch (IOException | JSchException e) {
            log.error("The key of host {} cannot be written to {}, so the host is not trusted", host, file, e);
            return NOT_INCLUDED;
        }
    }

    @Override
    public void add(HostKey key, @Nullable UserInfo ui) {
        // Keys are added by check alone.
    }

    @Override
    public void remove(String host, String type) {
        // Never: a key that no longer fits is for a person to remove.
    }

    @Override
    public void remove(String host, String type, byte[] key) {
        // As above.
    }

    @Override
    public String getKnownHostsRepositoryID() {
        return file.toString();
    }

    @Override
    public synchronized HostKey[] getHostKey() {
        return current().getHostKey();
    }

    @Override
    public synchronized HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
        return current().getHostKey(host, type);
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
