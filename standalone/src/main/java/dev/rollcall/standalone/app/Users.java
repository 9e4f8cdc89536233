package dev.rollcall.standalone.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * The users of a standalone Rollcall, one for each role, who share a password: the one given by the person who starts it, or a generated
 * one. Only its hash is kept, in a file that nobody else can read.
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

    private final String hash;
    private final @Nullable String password;
    private final String programPassword = generated();

    private Users(String hash, @Nullable String password) {
        this.hash = hash;
        this.password = password;
    }

    /** Users with the given password, or with a new one when none or an empty one is given. */
    public static Users withPassword(@Nullable String given) {
        String password = given == null || given.isEmpty() ? generated() : given;
        return new Users(hashOf(password), password);
    }

    /**
     * Users with the given password; without one, those of the last start, or new ones at the first start.
     *
     * @param file where the hash is kept
     */
    public static Users kept(Path file, @Nullable String given) throws IOException {
        if ((given == null || given.isEmpty()) && Files.exists(file)) {
            Properties kept = new Properties();
            try (var in = Files.newInputStream(file)) {
                kept.load(in);
            }
            String hash = kept.getProperty(HASH);
            if (hash == null || !hash.startsWith("$2")) {
                throw new IOException("%s does not hold '%s'; delete it to get a new password".formatted(file, HASH));
            }
            return new Users(hash, null);
        }
        Users users = withPassword(given);
        if (given == null || given.isEmpty()) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, HASH + "=" + users.hash + "\n");
        }
        return users;
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
        for (String name : names()) {
            add(settings, name, hash, ROLES.getOrDefault(name, ""));
        }
        add(settings, PROGRAM, hashOf(programPassword), "ADMIN");
        return settings;
    }

    private static void add(Map<String, Object> settings, String name, String hash, String role) {
        String prefix = "rollcall.gateway.users[" + settings.size() / 3 + "].";
        settings.put(prefix + "name", name);
        settings.put(prefix + "password", "{bcrypt}" + hash);
        settings.put(prefix + "roles[0]", role);
    }

    private static String hashOf(String password) {
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
