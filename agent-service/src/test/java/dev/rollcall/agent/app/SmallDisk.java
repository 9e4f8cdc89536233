package dev.rollcall.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A file system of its own, in memory, that can be filled up. Root makes it. */
final class SmallDisk implements AutoCloseable {
    private final Path place;

    private SmallDisk(Path place) {
        this.place = place;
    }

    /**
     * Mounts one at a directory; skips the test where that cannot be done, unless tests are required to run.
     *
     * @param options of mount, such as {@code size=64k}
     */
    static SmallDisk mount(Path directory, String options) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        boolean root = System.getProperty("user.name").equals("root");
        boolean mounted = root && run("mount", "-t", "tmpfs", "-o", options, "tmpfs", directory.toString());
        String why = "a disk that is small can be mounted by root only, and not in every container";
        if (Boolean.getBoolean("rollcall.tests.required")) {
            assertThat(mounted).as(why).isTrue();
        }
        assumeTrue(mounted, "skipped: " + why);
        return new SmallDisk(directory);
    }

    /** Leaves no room for one more page. A file whose last page is not full can still grow to its end. */
    void fill() throws IOException {
        append(place.resolve("filler"), new byte[4096]);
    }

    /** The same, and nothing can be added to this file, which gets blank lines to the end of its last page. */
    void fill(Path file) throws IOException {
        fill();
        if (Files.exists(file)) {
            append(file, new byte[] {'\n'});
        }
    }

    private static void append(Path file, byte[] what) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(what);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    void free() throws IOException {
        Files.delete(place.resolve("filler"));
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        assertThat(run("umount", "--lazy", place.toString())).isTrue();
    }
}
