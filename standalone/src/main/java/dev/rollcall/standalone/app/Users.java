package dev.rollcall.standalone.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * The users of a standalone Rollcall: at first one for each role, who share a password, the one given by the person who starts it or a
 * generated one. Hashes only are kept, in a YAML file that nobody else can read, and that is theirs to change from then on.
 */
public final class Users {

    /** Environment variable that sets the password. */
    public static final String PASSWORD_VARIABLE = "ROLLCALL_PASSWORD";

    /** The user that may do everything. */
    public static final String ADMIN = "admin";

    /** The user this process itself signs in as, with a password that lives as long as the process. */
    public static final String PROGRAM = "rollcall";

    private static final Map<String, String> ROLES =
            Map.of(ADMIN, "ADMIN", "operator", "OBPROXY_MANAGER", "viewer", "OBPROXY_VIEWER");
    private static final String HASH = "password.bcrypt";
    // No look-alikes: the password is read off a terminal.
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private static final int LENGTH = 20;

    private final @Nullable Path file;
    private final @Nullable String hash;
    private final @Nullable String password;
    private final String programPassword = generated();

    private Users(@Nullable Path file, @Nullable String hash, @Nullable String password) {
        this.file = file;
        this.hash = hash;
        this.password = password;
    }

    /** Users with the given password, or with a new one when none or an empty one is given. */
    public static Users withPassword(@Nullable String given) {
        String password = given == null || given.isEmpty() ? generated() : given;
        return new Users(null, hashOf(password), password);
    }

    /**
     * The users of a file, which is made at the first start. A password that is given later is that of {@link #ADMIN} as long as this
     * process runs, whatever the file says.
     *
     * @param before where the hash was kept by the releases before the file
     */
    public static Users kept(Path file, Path before, @Nullable String given) throws IOException {
        String chosen = given == null || given.isEmpty() ? null : given;
        if (Files.exists(file)) {
            return new Users(file, chosen == null ? null : hashOf(chosen), null);
        }
        String kept = chosen == null ? hashIn(before) : null;
        String password = kept != null ? null : chosen != null ? chosen : generated();
        String hash = kept != null ? kept : hashOf(String.valueOf(password));
        StringBuilder text = new StringBuilder(
                "# The users of Rollcall; read again whenever it changes. A bcrypt hash is made by: rollcall password\nusers:\n");
        for (String name : names()) {
            text.append("  - {name: %s, password: \"{bcrypt}%s\", roles: [%s]}%n"
                    .formatted(name, hash, ROLES.getOrDefault(name, "")));
        }
        PrivateFile.write(file, text.toString());
        return new Users(file, null, password);
    }

    private static @Nullable String hashIn(Path before) throws IOException {
        if (!Files.exists(before)) {
            return null;
        }
        Properties kept = new Properties();
        try (var in = Files.newInputStream(before)) {
            kept.load(in);
        }
        return kept.getProperty(HASH);
    }

    /** The password in clear, when it is known: at the start that chose it. */
    public @Nullable String password() {
        return password;
    }

    /** The password of {@link #PROGRAM}. */
    public String programPassword() {
        return programPassword;
    }

    /** Names of the users, the mightiest first. */
    public static List<String> names() {
        return List.of(ADMIN, "operator", "viewer");
    }

    /** As settings of the gateway. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        if (file != null) {
            settings.put("rollcall.gateway.users-file", file.toString());
        }
        if (hash != null) {
            for (String name : file == null ? names() : List.of(ADMIN)) {
                add(settings, name, hash, ROLES.getOrDefault(name, ""));
            }
        }
        add(settings, PROGRAM, hashOf(programPassword), "ADMIN");
        return settings;
    }

    private static void add(Map<String, Object> settings, String name, String hash, String role) {
        String prefix = "rollcall.gateway.users["
                + settings.keySet().stream()
                        .filter(key -> key.endsWith(".name"))
                        .count() + "].";
        settings.put(prefix + "name", name);
        settings.put(prefix + "password", "{bcrypt}" + hash);
        settings.put(prefix + "roles[0]", role);
    }

    /** The hash under which a password is kept. */
    public static String hashOf(String password) {
        return new BCryptPasswordEncoder().encode(password);
    }

    private static String generated() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return password.toString();
    }
}
