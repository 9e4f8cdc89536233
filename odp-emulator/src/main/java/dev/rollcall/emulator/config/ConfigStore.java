package dev.rollcall.emulator.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration values of one ODP: in memory, and in the file its next start reads.
 *
 * <p>The file stands where ODP has a database of its own; it is plain text here, behind the first bytes a database has, by which others tell a whole one from a damaged
 * one. A value set by SQL is in the file before the statement is answered. Safe for several threads.
 */
public final class ConfigStore {

    /** What became of a SET. */
    public enum Outcome {
        /** Taken, and written where it is kept. */
        ACCEPTED,
        /** No configuration of that name in this version. */
        UNKNOWN,
        /** Not a value of its type, or out of its range. */
        INVALID,
        /** ODP does not let this one be changed. */
        UNSUPPORTED
    }

    private static final String HEADER = "# emulated obproxy configuration, one name=value a line";

    /** What a file of SQLite begins with. */
    private static final String DATABASE_HEADER = "SQLite format 3\0 " + HEADER;

    private final ConfigCatalog catalog;
    private final Path file;
    private final Path database;
    private final Map<String, String> changed = new HashMap<>();

    private ConfigStore(ConfigCatalog catalog, Path file, Path database) {
        this.catalog = catalog;
        this.file = file;
        this.database = database;
    }

    /** A store with nothing but defaults, whether or not a file is there. */
    public static ConfigStore empty(OdpVersion version, Path root) {
        return new ConfigStore(
                ConfigCatalog.of(version),
                root.resolve(version.configurationFile()),
                root.resolve(version.databaseFile()));
    }

    /**
     * Reads the file below a root; a missing one gives the defaults.
     *
     * @throws IOException when the file cannot be read or is not what this class wrote
     */
    public static ConfigStore load(OdpVersion version, Path root) throws IOException {
        ConfigStore store = empty(version, root);
        if (Files.exists(store.file)) {
            List<String> lines = Files.readAllLines(store.file, StandardCharsets.ISO_8859_1);
            if (lines.isEmpty() || !lines.get(0).equals(header(store.file))) {
                throw new IOException(store.file + " is damaged");
            }
            for (String line : lines.subList(1, lines.size())) {
                int equals = line.indexOf('=');
                if (equals < 1) {
                    throw new IOException(store.file + " is damaged at '" + line + "'");
                }
                Optional<ConfigItem> item = store.catalog.find(line.substring(0, equals));
                if (item.isPresent() && !item.get().memoryOnly()) {
                    store.changed.put(item.get().name(), line.substring(equals + 1));
                }
            }
        }
        return store;
    }

    public ConfigCatalog catalog() {
        return catalog;
    }

    /** Whether a file was written before: this is not the first start. */
    public boolean persisted() {
        return Files.exists(file);
    }

    /** Whether this is a configuration that can be set at all. */
    public boolean knows(String name) {
        return catalog.find(name).filter(item -> !item.virtual()).isPresent();
    }

    /** Whether somebody gave it a value, be it the default. */
    public synchronized boolean isSet(String name) {
        return changed.containsKey(name);
    }

    /** Forgets all values but those of these names: what a damaged or replaced file does to an ODP. Does not write. */
    public synchronized void forgetAllBut(Set<String> names) {
        changed.keySet().retainAll(names);
    }

    /** The value in force. */
    public synchronized String get(String name) {
        String value = changed.get(name);
        return value != null
                ? value
                : catalog.find(name).map(ConfigItem::defaultValue).orElse("");
    }

    public synchronized boolean differsFromDefault(ConfigItem item) {
        return !get(item.name()).equals(item.defaultValue());
    }

    public int number(String name) {
        return (int) Long.parseLong(get(name));
    }

    public boolean flag(String name) {
        return get(name).equals("True");
    }

    /** A value of type TIME in microseconds, or of type INT as it is. */
    public long micros(String name) {
        ConfigItem item = catalog.find(name).orElseThrow();
        return item.type().parse(get(name)).orElseThrow();
    }

    /** SET by SQL: checked, passwords hashed, then written. */
    public synchronized Outcome alter(String name, String value) throws IOException {
        ConfigItem item = catalog.find(name).orElse(null);
        if (item == null || item.virtual()) {
            return Outcome.UNKNOWN;
        }
        if (item.name().equals("app_name")) {
            return Outcome.UNSUPPORTED;
        }
        Outcome outcome = set(name, item.password() && !value.isEmpty() ? sha1(value) : value);
        if (outcome == Outcome.ACCEPTED && !item.memoryOnly()) {
            save();
        }
        return outcome;
    }

    /** Sets a value in memory, with passwords already hashed: what the command line does. Call {@link #save()} afterwards. */
    public synchronized Outcome set(String name, String value) {
        ConfigItem item = catalog.find(name).orElse(null);
        if (item == null) {
            return Outcome.UNKNOWN;
        }
        if (value.indexOf('\n') >= 0 || !item.accepts(value)) {
            return Outcome.INVALID;
        }
        changed.put(name, item.type().shown(value));
        return Outcome.ACCEPTED;
    }

    /**
     * Writes the file in one step: a reader sees the old or the new one. The database of a version that reads another file has the same in it, for the version that will
     * read it.
     */
    public synchronized void save() throws IOException {
        List<String> values = new ArrayList<>();
        for (ConfigItem item : catalog.items()) {
            if (changed.containsKey(item.name())) {
                values.add(item.name() + '=' + changed.get(item.name()));
            }
        }
        write(file, values);
        if (!database.equals(file)) {
            write(database, values);
        }
    }

    private static void write(Path target, List<String> values) throws IOException {
        List<String> lines = new ArrayList<>(List.of(header(target)));
        lines.addAll(values);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        Path fresh = target.resolveSibling(target.getFileName() + ".new");
        Files.write(fresh, lines, StandardCharsets.ISO_8859_1);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String header(Path file) {
        return file.toString().endsWith(".db") ? DATABASE_HEADER : HEADER;
    }

    /** SHA-1 in hexadecimal: how ODP keeps the passwords of its own users. */
    public static String sha1(String plain) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(plain.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).toLowerCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Each Java has SHA-1", e);
        }
    }
}
