package dev.rollcall.standalone.adapter.hosts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.forward.DefaultForwarderFactory;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.ForwardingFilter;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;

/**
 * One host of the demo: an SSH server on a loopback address, which runs commands as the user of this JVM and forwards connections to
 * its own address only. It accepts one public key and no password.
 */
public final class EmulatedHost implements AutoCloseable {

    private final SshServer server;
    private final String address;
    private final PublicKey hostKey;

    private EmulatedHost(SshServer server, String address, PublicKey hostKey) {
        this.server = server;
        this.address = address;
        this.hostKey = hostKey;
    }

    /**
     * Starts the host; its host key is made at the first start and kept in {@code directory}.
     *
     * @param address loopback address, which is also what its ODPs listen on
     * @param port TCP port, 0 for any
     * @param directory home of the logged-in user; made when missing
     * @param user the one user that may sign in
     * @param key the one key that is accepted
     * @throws IOException when the address cannot be listened on
     */
    public static EmulatedHost start(String address, int port, Path directory, String user, PublicKey key)
            throws IOException {
        Files.createDirectories(directory);
        SimpleGeneratorHostKeyProvider hostKey = new SimpleGeneratorHostKeyProvider(directory.resolve(".host-key"));
        hostKey.setAlgorithm(KeyUtils.EC_ALGORITHM);
        hostKey.setKeySize(256);
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost(address);
        server.setPort(port);
        server.setKeyPairProvider(hostKey);
        server.setPublickeyAuthenticator(
                (name, offered, session) -> user.equals(name) && KeyUtils.compareKeys(key, offered));
        server.setCommandFactory((channel, command) -> new HostCommand(command, directory, user));
        server.setForwarderFactory(DefaultForwarderFactory.INSTANCE);
        server.setForwardingFilter(toItself(address));
        CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
        PublicKey identity = hostKey.loadKeys(null).iterator().next().getPublic();
        server.start();
        return new EmulatedHost(server, address, identity);
    }

    public String address() {
        return address;
    }

    public int port() {
        return server.getPort();
    }

    /** The line of a {@code known_hosts} file that vouches for this host. */
    public String knownHostsLine() {
        return "[%s]:%d %s".formatted(address, port(), PublicKeyEntry.toString(hostKey));
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }

    private static ForwardingFilter toItself(String address) {
        return new RejectAllForwardingFilter() {
            @Override
            public boolean canConnect(Type type, SshdSocketAddress target, Session session) {
                return type == Type.Direct
                        && List.of(address, "127.0.0.1", "localhost").contains(target.getHostName());
            }
        };
    }
}
