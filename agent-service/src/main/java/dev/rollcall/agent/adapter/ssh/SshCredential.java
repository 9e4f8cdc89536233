package dev.rollcall.agent.adapter.ssh;

import java.nio.file.Path;

/** What the agent logs in to a host with. */
public sealed interface SshCredential {
    /** A private key; {@code passphrase} is empty when it has none. */
    record Key(Path file, String passphrase) implements SshCredential {
        @Override
        public String toString() {
            return "Key[" + file + "]";
        }
    }

    record Password(String value) implements SshCredential {
        @Override
        public String toString() {
            return "Password[***]";
        }
    }
}
