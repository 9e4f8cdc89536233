package dev.rollcall.emulator.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Accepts clients from the listening socket on descriptor 0.
 *
 * <p>Several processes may hold that socket; only one may accept at a time. So {@link #pause()} returns only when this process is certain to take no further connection;
 * what arrives from then on waits in the kernel for whoever accepts next.
 */
final class Listener implements Runnable {

    /** Takes over an accepted connection. */
    interface Acceptor {
        void accepted(SocketChannel channel) throws IOException;
    }

    private final ServerSocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Acceptor acceptor;
    private boolean wanted;
    private boolean listening;

    private Listener(ServerSocketChannel channel, Acceptor acceptor) throws IOException {
        this.channel = channel;
        this.acceptor = acceptor;
        this.selector = Selector.open();
        channel.configureBlocking(false);
        this.key = channel.register(selector, 0);
    }

    /**
     * Adopts descriptor 0, opened here or inherited.
     *
     * @throws IOException when it is no listening socket
     */
    static Listener adopt(Acceptor acceptor) throws IOException {
        if (System.inheritedChannel() instanceof ServerSocketChannel channel) {
            return new Listener(channel, acceptor);
        }
        throw new IOException("descriptor 0 is no listening socket");
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Begins to accept, again or for the first time. */
    synchronized void resume() {
        wanted = true;
        selector.wakeup();
    }

    /** Stops accepting; no connection is taken after it returned. */
    synchronized void pause() {
        wanted = false;
        selector.wakeup();
        boolean interrupted = false;
        while (listening) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                key.interestOps(agree() ? SelectionKey.OP_ACCEPT : 0);
                selector.select();
                selector.selectedKeys().clear();
                if (agree()) {
                    acceptAll();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("The selector of the listening socket failed", e);
        }
    }

    /** Makes what is wanted true, and tells whoever waits for it. */
    private synchronized boolean agree() {
        listening = wanted;
        notifyAll();
        return listening;
    }

    private void acceptAll() {
        try {
            for (SocketChannel client = channel.accept(); client != null; client = channel.accept()) {
                acceptor.accepted(client);
            }
        } catch (IOException clientGone) {
            // That client gave up between connecting and being accepted; the next one is waiting.
        }
    }
}
