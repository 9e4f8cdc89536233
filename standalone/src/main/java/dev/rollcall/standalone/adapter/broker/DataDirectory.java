package dev.rollcall.standalone.adapter.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A directory that one process at a time may use, held until {@link #close}; the kernel frees it when the process is killed.
 *
 * <p>To be taken before anything is written into it, the log included: the second of two processes must leave the first one's files alone.
 */
public final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "in-use.lock";

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes the directory, and makes it when it is missing.
     *
     * @throws DataDirectoryException if another process has it, or it cannot be written
     */
    public static DataDirectory take(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            FileChannel channel =
                    FileChannel.open(absolute.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw DataDirectoryException.inUse(absolute);
            }
            return new DataDirectory(absolute, channel);
        } catch (IOException e) {
            throw DataDirectoryException.unusable(absolute, e);
        }
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another part of this same JVM has it.
            return false;
        }
    }
}
