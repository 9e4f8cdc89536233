package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import java.io.Console;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which gateway a command asks, and as whom. No option takes a secret: others on this machine could read it there. */
final class GatewayOptions {

    @Option(
            names = "--gateway",
            paramLabel = "URL",
            description = "The gateway (ROLLCALL_GATEWAY; default: " + Connection.DEFAULT_GATEWAY + ").")
    private @Nullable URI gateway;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "As whom (ROLLCALL_USER). The password: ROLLCALL_PASSWORD, or asked for.")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File whose first line is the password (ROLLCALL_PASSWORD_FILE).")
    private @Nullable Path passwordFile;

    @Option(names = "--ask-password", description = "Ask for the password, although one is known.")
    private boolean ask;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File whose first line is a bearer token (ROLLCALL_TOKEN_FILE, or ROLLCALL_TOKEN itself).")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM file with the authorities to trust over TLS instead of Java's (ROLLCALL_CA).")
    private @Nullable Path ca;

    @Option(names = "--allow-plain-http", description = "Send the password over plain HTTP to another machine.")
    private boolean allowPlain;

    @Option(
            names = "--client-config",
            paramLabel = "FILE",
            description = "File with gateway, user, password, password-file, token, token-file and ca, each NAME=VALUE"
                    + " (ROLLCALL_CLIENT_CONFIG; default: ~/.config/rollcall/client.properties, if there is one).")
    private @Nullable Path config;

    /** @throws ParameterException in words */
    GatewayClient client(CommandLine command) {
        try {
            Connection.Said said = Connection.said(
                            System::getenv, config == null ? Connection.usualFile(System.getenv()) : config)
                    .option("gateway", gateway)
                    .option("user", user)
                    .option("password-file", passwordFile)
                    .option("token-file", tokenFile)
                    .option("ca", ca);
            return Connection.of(said, GatewayOptions::typed, ask, allowPlain).client();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }

    private static char @Nullable [] typed(String user) {
        Console console = Terminals.canAsk() ? System.console() : null;
        return console == null ? null : console.readPassword("Password of %s: ", user);
    }
}
