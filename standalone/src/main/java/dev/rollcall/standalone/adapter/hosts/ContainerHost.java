package dev.rollcall.standalone.adapter.hosts;

import dev.rollcall.emulator.EmulatedOdp;
import dev.rollcall.emulator.OdpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/** A container that stands for one host: an SSH server on all of its addresses, and emulated ODPs. Not for untrusted networks. */
public final class ContainerHost implements AutoCloseable {
    private static final String EVERYWHERE = "0.0.0.0";

    private final EmulatedHost host;
    private final List<EmulatedOdp> odps;

    private ContainerHost(EmulatedHost host, List<EmulatedOdp> odps) {
        this.host = host;
        this.odps = List.copyOf(odps);
    }

    /** Makes the key that such hosts accept, {@code id_ecdsa} and {@code id_ecdsa.pub}, where there is none yet. */
    public static void makeKey(Path directory) throws IOException {
        DemoKeys.in(directory);
    }

    /**
     * Starts the SSH server and the ODPs that do not run yet; each is installed in {@code obproxy-<port>} of the directory.
     *
     * @param directory home of the user that signs in
     * @param publicKey file with the one key that is accepted
     * @param sshPort TCP port, 0 for any
     * @param sqlPorts of the ODPs
     * @throws IOException when a port is taken, or an ODP does not come up
     */
    public static ContainerHost start(Path directory, Path publicKey, int sshPort, List<Integer> sqlPorts)
            throws IOException {
        Path home = directory.toAbsolutePath().normalize();
        AuthorizedKeyEntry key = AuthorizedKeyEntry.parseAuthorizedKeyEntry(
                Files.readString(publicKey).strip());
        EmulatedHost host;
        try {
            host = EmulatedHost.start(
                    EVERYWHERE,
                    sshPort,
                    home,
                    DemoHosts.sshUser(),
                    key.resolvePublicKey(null, PublicKeyEntryResolver.FAILING));
        } catch (GeneralSecurityException e) {
            throw new IOException("%s is no key that can be used".formatted(publicKey), e);
        }
        List<EmulatedOdp> odps = new ArrayList<>();
        ContainerHost started = new ContainerHost(host, odps);
        try {
            for (int port : sqlPorts) {
                EmulatedOdp odp = EmulatedOdp.install(
                        home.resolve("obproxy-" + port),
                        OdpSettings.defaults()
                                .withListenIp(EVERYWHERE)
                                .withPort(port)
                                .withAdminPassword(DemoHosts.ADMIN_PASSWORD)
                                .withBusinessBackend(true)
                                .withCache(home.resolve("emulator")));
                if (!odp.isRunning()) {
                    odp.start();
                }
                odps.add(odp);
            }
            return new ContainerHost(host, odps);
        } catch (IOException e) {
            started.close();
            throw e;
        }
    }

    public int sshPort() {
        return host.port();
    }

    /** The emulated ODPs, in the order of their ports as they were given. */
    public List<EmulatedOdp> odps() {
        return odps;
    }

    /** Ends the ODPs, then the SSH server. */
    @Override
    public void close() throws IOException {
        for (EmulatedOdp odp : odps) {
            odp.stop();
        }
        host.close();
    }
}
