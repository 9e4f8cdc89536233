package dev.rollcall.agent.adapter.ssh;

import dev.rollcall.agent.domain.JumpHost;
import dev.rollcall.agent.domain.Odp;
import org.jspecify.annotations.Nullable;

/**
 * Where a session goes to, as whom, and by which way; the key under which sessions are kept.
 *
 * @param via the session it goes through; null: straight
 */
record SshTarget(
        String host,
        int port,
        String user,
        String credential,
        @Nullable SshTarget via) {

    /** Jump hosts are logged in to with the credential of the ODP's own host. */
    static SshTarget of(Odp odp) {
        SshTarget via = null;
        for (JumpHost jump : odp.jumpHosts()) {
            String user = jump.user() == null ? odp.sshUser() : jump.user();
            via = new SshTarget(jump.host(), jump.port(), user, odp.sshCredential(), via);
        }
        return new SshTarget(bare(odp.host()), odp.sshPort(), odp.sshUser(), odp.sshCredential(), via);
    }

    /** Some write an IPv6 address in brackets where no port follows. */
    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** The sshd, whoever logs in to it. */
    String server() {
        return (via == null ? "" : via.server() + " ") + hostAndPort();
    }

    String hostAndPort() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** As one writes it in a message. */
    String words() {
        return user + "@" + hostAndPort() + (via == null ? "" : " (by way of " + via.words() + ")");
    }
}
