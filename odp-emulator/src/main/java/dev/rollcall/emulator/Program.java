package dev.rollcall.emulator;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import dev.rollcall.emulator.process.Obproxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The files an emulated ODP runs from, kept in a cache of their own: the code that installs may be a directory of classes, a jar that is being rebuilt, or a jar within a
 * jar, and an ODP must still be able to start a successor an hour later.
 *
 * @param directory holds {@code emulator.jar}, {@code jna.jar}, JNA's native library and a class data archive
 */
record Program(Path directory) {

    private static final String CODE = "emulator.jar";
    private static final String JNA = "jna.jar";
    private static final String NATIVE = "libjnidispatch.so";
    private static final String CLASS_DATA = "classes.jsa";

    /** Small and quick: an emulated ODP is one of many on a machine, and a successor should serve soon. */
    private static final List<String> OPTIONS = List.of(
            "-Xmx32m",
            "-Xms8m",
            "-Xss256k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CICompilerCount=1",
            "-XX:ReservedCodeCacheSize=12m",
            "-XX:-UsePerfData",
            "-Xshare:auto",
            "-Xlog:disable",
            "-Djna.nounpack=true",
            "-Djna.nosys=true");

    /** The user's own cache; where that cannot be written, the directory for temporary files. */
    static Path defaultCache() {
        Path home = Path.of(System.getProperty("user.home"));
        return Files.isWritable(home)
                ? home.resolve(".cache/rollcall/odp-emulator")
                : Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "rollcall-odp-emulator-" + System.getProperty("user.name"));
    }

    /** Finds the program in the cache or puts it there. Several processes may do so at once. */
    static Program in(Path cache) throws IOException {
        byte[] code = bytesOf(Obproxy.class);
        byte[] jna = bytesOf(Native.class);
        Path directory = cache.toAbsolutePath().resolve(name(code, jna));
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(cache);
            Path fresh = Files.createTempDirectory(cache.toAbsolutePath(), "new-");
            Files.write(fresh.resolve(CODE), code);
            Files.write(fresh.resolve(JNA), jna);
            try (InputStream library =
                    Native.class.getResourceAsStream("/com/sun/jna/" + Platform.RESOURCE_PREFIX + "/" + NATIVE)) {
                Files.copy(
                        Objects.requireNonNull(library, "JNA has no library for " + Platform.RESOURCE_PREFIX),
                        fresh.resolve(NATIVE));
            }
            // The user who installs and the one an ODP runs as need not be the same.
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            try {
                Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException | AtomicMoveNotSupportedException e) {
                deleteAll(fresh);
            } catch (FileSystemException e) {
                if (!Files.isDirectory(directory)) {
                    throw e;
                }
                deleteAll(fresh);
            }
        }
        Program program = new Program(directory);
        program.archiveClasses();
        return program;
    }

    private static String name(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            digest.update(System.getProperty("java.home").getBytes(StandardCharsets.UTF_8));
            digest.update(System.getProperty("java.vm.version").getBytes(StandardCharsets.UTF_8));
            digest.update(String.join(" ", OPTIONS).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 10);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Each Java has SHA-256", e);
        }
    }

    /** The jar a class came from; a directory of classes is made into one. */
    private static byte[] bytesOf(Class<?> type) throws IOException {
        URL location = type.getProtectionDomain().getCodeSource().getLocation();
        try {
            if (location.getProtocol().equals("file")) {
                Path path = Path.of(location.toURI());
                return Files.isDirectory(path) ? jarOf(path) : Files.readAllBytes(path);
            }
            String text = location.toString();
            String inner = text.startsWith("jar:") && text.endsWith("!/") ? text.substring(4, text.length() - 2) : text;
            try (InputStream stream = new URI(inner).toURL().openStream()) {
                return stream.readAllBytes();
            }
        } catch (URISyntaxException e) {
            throw new IOException("Cannot tell where " + type.getName() + " is: " + location, e);
        }
    }

    private static byte[] jarOf(Path classes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                ZipEntry entry = new ZipEntry(classes.relativize(file).toString());
                entry.setTime(0);
                jar.putNextEntry(entry);
                Files.copy(file, jar);
                jar.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** Makes the archive of loaded classes that halves the time a start takes; an ODP works without it, too. */
    private void archiveClasses() throws IOException {
        Path archive = directory.resolve(CLASS_DATA);
        if (Files.exists(archive)) {
            return;
        }
        Path root = Files.createTempDirectory(directory, "training-");
        Path fresh = root.resolve(CLASS_DATA);
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.addAll(options());
        command.add("-XX:ArchiveClassesAtExit=" + fresh);
        command.add("dev.rollcall.emulator.process.Training");
        command.add(root.toString());
        Process training = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("output").toFile())
                .start();
        try (OutputStream nothing = training.getOutputStream()) {
            nothing.flush();
        }
        try {
            if (!training.waitFor(60, TimeUnit.SECONDS)) {
                training.destroyForcibly();
            }
        } catch (InterruptedException e) {
            training.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        if (Files.exists(fresh)) {
            // In one step: several may be at it, and the other kind of move deletes what it finds first.
            Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
        }
        deleteTree(root);
    }

    private static void deleteTree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private List<String> options() {
        List<String> options = new ArrayList<>(OPTIONS);
        if (Runtime.version().feature() >= 24) {
            // Later Java versions warn about JNA's library otherwise.
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        options.add("-Djna.boot.library.path=" + directory);
        options.add("-cp");
        options.add(directory.resolve(CODE) + ":" + directory.resolve(JNA));
        return options;
    }

    /**
     * Writes {@code bin/obproxy} below a home. It needs nothing of its environment, returns at once with status 0 whatever becomes of the process, and runs in the
     * foreground with {@code -N} or as the successor of another process.
     */
    void writeLauncher(Path home, OdpSettings settings) throws IOException {
        StringBuilder faults = new StringBuilder();
        for (Fault fault : Fault.values()) {
            faults.append(String.format("  %-22s %s%n", fault.fileName(), fault.meaning()));
        }
        String java = quoted(java().toString()) + " " + "-D" + Obproxy.STARTER + "=\"$starter\" "
                + String.join(" ", options().stream().map(Program::quoted).toList()) + " "
                + quoted("-XX:SharedArchiveFile=" + directory.resolve(CLASS_DATA)) + " "
                + quoted("-D" + Obproxy.VERSION + "=" + settings.version()) + " "
                + quoted("-D" + Obproxy.RELEASE + "=" + settings.release()) + " "
                + Obproxy.class.getName();
        String script = """
                #!/bin/sh
                # Emulated obproxy %1$s, written by its installer. See --help.
                # Java reads the names of files in the encoding of the locale, and without one as ASCII: no other letter could be in a path.
                # A real obproxy has no such variable; a successor gets none from its parent either and sets its own here.
                LC_ALL=C.UTF-8
                export LC_ALL
                # A real one is a program of its own that finds its libraries, or does not.
                if [ -e "${0%%/*}/../fault/needs-library-path" ] && [ -z "$LD_LIBRARY_PATH" ]; then
                  echo "$0: error while loading shared libraries: libobproxy_so.so: cannot open shared object file: No such file or directory" >&2
                  exit 127
                fi
                starter=$PPID
                { read -r comm <"/proc/$PPID/comm"; } 2>/dev/null && starter="$comm $PPID"
                foreground=$OBPROXY_INHERITED_FD
                for word in "$@"; do
                  case "$word" in
                    -V | --version)
                      printf '%%s\\n' 'obproxy (OceanBase %1$s %2$s)' 'REVISION: 1-local-emulated' 'BUILD_TIME: Nov 23 2026 00:21:53' 'BUILD_FLAGS: -O0' >&2
                      exit 0 ;;
                    -h | --help)
                      cat >&2 <<'END'
                usage: obproxy [-p port] [-n appname] [-c cluster] [-r ip:port;..] [-o name=value,..] [-l port] [-s port] [-N] [-V] [-R] [-h]
                This is an emulation. Fault switches are files in fault/ below the root, holding seconds=N and times=N where wanted:
                %3$sEND
                      exit 0 ;;
                    -R | --releaseid) exit 0 ;;
                    -N | --nodaemon) foreground=yes ;;
                  esac
                done
                run() {
                  exec %4$s "$0" "$@"
                }
                if [ -n "$foreground" ]; then
                  run "$@"
                fi
                log=${OBPROXY_ROOT:-.}/log
                mkdir -p "$log" 2>/dev/null
                log=$log/obproxy.log
                # In a shell of its own: a redirection that fails would end this one with another status than 0.
                ( : >>"$log" ) 2>/dev/null || log=/dev/null
                exec </dev/null >>"$log" 2>&1
                if command -v setsid >/dev/null; then
                  setsid -f %4$s "$0" "$@"
                else
                  run "$@" &
                fi
                exit 0
                """.formatted(settings.version(), settings.release(), faults, java);
        Path launcher = home.resolve("bin/obproxy");
        Files.createDirectories(home.resolve("bin"));
        Path fresh = home.resolve("bin/.obproxy.new");
        Files.writeString(fresh, script);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(fresh, launcher, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
