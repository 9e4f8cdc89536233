package dev.rollcall.standalone.cli;

import dev.rollcall.standalone.adapter.http.GatewayClient;
import dev.rollcall.standalone.adapter.http.TrustedAuthorities;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which gateway, and as whom. Each setting comes from the first of: option, environment, file.
 *
 * @param gateway address
 * @param authorization header of that name
 * @param ca authorities that are trusted instead of Java's; null: Java's
 */
record Connection(
        URI gateway, String authorization, @Nullable Path ca) {

    static final String DEFAULT_GATEWAY = "http://127.0.0.1:8080";

    private static final String GATEWAY = "gateway";
    private static final String USER = "user";
    private static final String PASSWORD = "password";
    private static final String PASSWORD_FILE = "password-file";
    private static final String TOKEN = "token";
    private static final String TOKEN_FILE = "token-file";
    private static final String CA = "ca";
    private static final Set<String> SETTINGS = Set.of(GATEWAY, USER, PASSWORD, PASSWORD_FILE, TOKEN, TOKEN_FILE, CA);
    private static final Set<PosixFilePermission> OF_OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** What was said of it, and where. */
    static final class Said {
        private final Function<String, @Nullable String> environment;
        private final Properties file;
        private final Properties options = new Properties();

        private Said(Function<String, @Nullable String> environment, Properties file) {
            this.environment = environment;
            this.file = file;
        }

        /** What an option says. */
        Said option(String setting, @Nullable Object value) {
            if (value != null) {
                options.setProperty(setting, value.toString());
            }
            return this;
        }

        private @Nullable String inEnvironment(String setting) {
            String value = environment.apply(
                    "ROLLCALL_" + setting.toUpperCase(Locale.ROOT).replace('-', '_'));
            return value == null || value.isEmpty() ? null : value;
        }

        private @Nullable String get(String setting) {
            String value = options.getProperty(setting);
            value = value == null ? inEnvironment(setting) : value;
            return value == null ? file.getProperty(setting) : value;
        }

        /**
         * A secret, which no option holds: the first place that names it or the file it is in decides.
         *
         * @throws IllegalArgumentException when that file cannot be read
         */
        private @Nullable String secret(String setting, String settingOfFile) {
            String path = options.getProperty(settingOfFile);
            if (path == null) {
                String value = inEnvironment(setting);
                if (value != null) {
                    return value;
                }
                path = inEnvironment(settingOfFile);
            }
            if (path == null) {
                String value = file.getProperty(setting);
                if (value != null) {
                    return value;
                }
                path = file.getProperty(settingOfFile);
            }
            return path == null ? null : firstLine(settingOfFile, Path.of(path));
        }
    }

    /**
     * Reads the file, which only its owner may read when there is a secret in it.
     *
     * @param file null: there is none
     * @throws IllegalArgumentException in words
     */
    static Said said(Function<String, @Nullable String> environment, @Nullable Path file) {
        Properties settings = new Properties();
        if (file != null) {
            try (var in = Files.newInputStream(file)) {
                settings.load(in);
            } catch (NoSuchFileException e) {
                throw new IllegalArgumentException("There is no file " + file, e);
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException("Cannot read %s: %s".formatted(file, e.getMessage()), e);
            }
            for (String name : settings.stringPropertyNames()) {
                if (!SETTINGS.contains(name)) {
                    throw new IllegalArgumentException("%s: unknown setting '%s'; there are %s"
                            .formatted(
                                    file,
                                    name,
                                    String.join(", ", SETTINGS.stream().sorted().toList())));
                }
            }
            if (settings.containsKey(PASSWORD) || settings.containsKey(TOKEN)) {
                requirePrivate(file);
            }
        }
        return new Said(environment, settings);
    }

    private static void requirePrivate(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
                throw new IllegalArgumentException(
                        "%s holds a secret and others may read it: chmod 600 %s".formatted(file, file));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("Cannot read the permissions of " + file, e);
        }
    }

    /**
     * Decides.
     *
     * @param ask asks for the password of a user; gives null where nobody can be asked
     * @param askAnyway whether to ask although there is one
     * @param plainAllowed whether to send a password over plain HTTP to another machine
     * @throws IllegalArgumentException in words, when something is missing or not safe
     */
    static Connection of(Said said, Function<String, char @Nullable []> ask, boolean askAnyway, boolean plainAllowed) {
        URI gateway = gateway(said, plainAllowed);
        String path = said.get(CA);
        Path ca = path == null ? null : Path.of(path);
        // A user named on the command line means a password, whatever token lies about.
        String token = said.options.containsKey(USER) || askAnyway ? null : said.secret(TOKEN, TOKEN_FILE);
        if (token != null) {
            return new Connection(gateway, "Bearer " + token, ca);
        }
        String user = said.get(USER);
        if (user == null) {
            throw new IllegalArgumentException(
                    "Nobody said as whom to ask: give --user (and a password in ROLLCALL_PASSWORD, --password-file, or typed when asked), or a token in ROLLCALL_TOKEN or --token-file");
        }
        if (user.contains(":")) {
            throw new IllegalArgumentException(
                    "A user name has no colon; the password goes into ROLLCALL_PASSWORD or a file (--password-file)");
        }
        String password = askAnyway ? null : said.secret(PASSWORD, PASSWORD_FILE);
        if (password == null) {
            char[] typed = ask.apply(user);
            if (typed == null) {
                throw new IllegalArgumentException(
                        "There is no password for %s, and nobody to ask: set ROLLCALL_PASSWORD, or give --password-file"
                                .formatted(user));
            }
            password = new String(typed);
        }
        return new Connection(gateway, GatewayClient.basic(user, password), ca);
    }

    private static URI gateway(Said said, boolean plainAllowed) {
        String address = said.get(GATEWAY);
        URI gateway;
        try {
            gateway = URI.create(address == null ? DEFAULT_GATEWAY : address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--gateway: '%s' is no address".formatted(address), e);
        }
        boolean tls = "https".equals(gateway.getScheme());
        if (gateway.getHost() == null || !(tls || "http".equals(gateway.getScheme()))) {
            throw new IllegalArgumentException(
                    "--gateway: '%s' is no address; expected one such as https://rollcall.example:8080"
                            .formatted(address));
        }
        if (gateway.getUserInfo() != null) {
            throw new IllegalArgumentException("--gateway: no user or password in the address; give --user");
        }
        if (!tls && !plainAllowed && !isLoopback(gateway.getHost())) {
            throw new IllegalArgumentException(
                    "--gateway %s: everybody on the way could read the password; use https, or say --allow-plain-http"
                            .formatted(address));
        }
        return gateway;
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String firstLine(String setting, Path file) {
        try {
            String line = Files.readString(file).lines().findFirst().orElse("").strip();
            if (line.isEmpty()) {
                throw new IllegalArgumentException("--%s: %s is empty".formatted(setting, file));
            }
            return line;
        } catch (IOException e) {
            throw new IllegalArgumentException("--%s: cannot read %s".formatted(setting, file), e);
        }
    }

    /** @throws IllegalArgumentException in words, when the authorities cannot be read */
    GatewayClient client() {
        try {
            return new GatewayClient(gateway, authorization, ca == null ? null : TrustedAuthorities.of(ca));
        } catch (IOException e) {
            throw new IllegalArgumentException("--ca: cannot use %s: %s".formatted(ca, e.getMessage()), e);
        }
    }

    /** Where the settings are kept when no option says so. */
    static @Nullable Path usualFile(Map<String, String> environment) {
        String named = environment.get("ROLLCALL_CLIENT_CONFIG");
        if (named != null && !named.isEmpty()) {
            return Path.of(named);
        }
        String base = environment.get("XDG_CONFIG_HOME");
        String home = environment.get("HOME");
        if ((base == null || base.isEmpty()) && home == null) {
            return null;
        }
        Path file = (base == null || base.isEmpty() ? Path.of(String.valueOf(home), ".config") : Path.of(base))
                .resolve("rollcall")
                .resolve("client.properties");
        return Files.exists(file) ? file : null;
    }
}
