package dev.rollcall.gateway.adapter.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.FileSystemResource;

/**
 * Users in a YAML file, read again when it changes. A file that cannot be read, or has a fault, changes nothing: the users read last
 * stay, and the log says so once; a misspelt word is a fault, because a limit that is overlooked would be none. For any thread.
 */
final class UsersFile {

    private static final Logger log = LoggerFactory.getLogger(UsersFile.class);

    /** A look at the file costs little, but not nothing: streams of events ask for each event. */
    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(100).toNanos();

    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    private final Path file;
    private final boolean allowPlain;
    private final LongSupplier nanoTime;
    private volatile Map<String, UserSettings.User> users = Map.of();
    private volatile @Nullable Stamp stamp;
    private volatile long lookedAt;

    /** @throws IllegalArgumentException when the file cannot be read or has a fault, in words */
    UsersFile(Path file, boolean allowPlain, LongSupplier nanoTime) {
        this.file = file;
        this.allowPlain = allowPlain;
        this.nanoTime = nanoTime;
        this.lookedAt = nanoTime.getAsLong();
        try {
            this.stamp = stampNow();
            this.users = read();
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(fault(e), e);
        }
    }

    Map<String, UserSettings.User> users() {
        long now = nanoTime.getAsLong();
        if (now - lookedAt >= LOOK_EVERY_NANOS) {
            lookedAt = now;
            look();
        }
        return users;
    }

    private synchronized void look() {
        try {
            Stamp seen = stampNow();
            if (!seen.equals(stamp)) {
                stamp = seen;
                users = read();
                log.info("Read the users anew from {}: {}", file, users.keySet());
            }
        } catch (IOException | RuntimeException e) {
            Stamp failed = new Stamp(FileTime.fromMillis(0), -1, e.getClass());
            if (!(e instanceof IOException) || !failed.equals(stamp)) {
                log.error("The users read last stay: {}", fault(e));
            }
            if (e instanceof IOException) {
                stamp = failed;
            }
        }
    }

    private Stamp stampNow() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }

    private Map<String, UserSettings.User> read() throws IOException {
        List<ConfigurationPropertySource> sources = new YamlPropertySourceLoader()
                .load(file.toString(), new FileSystemResource(file)).stream()
                        .map(ConfigurationPropertySource::from)
                        .filter(source -> source != null)
                        .toList();
        List<UserSettings.User> read = new Binder(sources)
                .bind(
                        "users",
                        Bindable.listOf(UserSettings.User.class),
                        new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
                .orElse(List.of());
        if (read.isEmpty()) {
            throw new IllegalArgumentException("it names no user under 'users:'");
        }
        UserSettings.check(read, allowPlain);
        return read.stream().collect(Collectors.toUnmodifiableMap(UserSettings.User::name, Function.identity()));
    }

    /** Says what a person needs to mend the file; a value that did not fit could be a password, so none is told. */
    private String fault(Exception e) {
        String what = e instanceof BindException bind
                ? "'%s' does not fit%s".formatted(bind.getName(), unknown(bind))
                : e instanceof IllegalArgumentException ? String.valueOf(e.getMessage()) : "cannot be read as YAML";
        return "users file %s: %s".formatted(file, e instanceof IOException ? "cannot be read (" + e + ")" : what);
    }

    private static String unknown(BindException bind) {
        Throwable cause = bind.getCause();
        return cause
                        instanceof
                        org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException unbound
                ? ": there is no "
                        + unbound.getUnboundProperties().stream()
                                .map(property -> property.getName().toString())
                                .sorted()
                                .collect(Collectors.joining(", "))
                : "";
    }
}
