package dev.rollcall.standalone.adapter.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** The gateway did not answer; the message says so in words, ready to be shown. */
public final class GatewayUnreachableException extends UncheckedIOException {

    private static final long serialVersionUID = 1L;

    GatewayUnreachableException(String address, IOException cause) {
        super("The gateway at %s does not answer: %s".formatted(address, words(cause)), cause);
    }

    /** Java's own messages about connections are often none. */
    private static String words(IOException error) {
        for (Throwable t = error; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException) {
                return "no such host";
            }
        }
        if (error instanceof SSLException) {
            return "no trust over TLS (%s); --ca names the authority that made its certificate"
                    .formatted(error.getMessage());
        }
        if (error instanceof HttpConnectTimeoutException) {
            return "no connection within 5 s";
        }
        if (error instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (error instanceof ConnectException) {
            return "nothing listens there";
        }
        String message = error.getMessage();
        return message == null ? error.getClass().getSimpleName() : message;
    }
}
