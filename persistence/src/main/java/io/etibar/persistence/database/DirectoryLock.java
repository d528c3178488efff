package io.etibar.persistence.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One process holds a data directory. The operating system drops the lock when the process dies in
 * whatever way, so that no stale lock ever stands in the way of a start.
 */
final class DirectoryLock implements AutoCloseable {
  /**
   * The directories that this process holds. POSIX drops a process's lock as soon as it closes any
   * descriptor of the file, so that a second attempt inside one process must not even open it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;
  private final FileLock lock;

  private DirectoryLock(Path directory, FileChannel channel, FileLock lock) {
    this.directory = directory;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Locks the directory.
   *
   * @throws IllegalStateException naming the directory and the process that holds it
   */
  static DirectoryLock of(Path dataDir) throws IOException {
    Path directory = dataDir.toRealPath();
    Path file = directory.resolve("postgres.lock");
    if (!HELD.add(directory)) {
      throw inUse(directory, String.valueOf(ProcessHandle.current().pid()));
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(directory, Files.readString(file).strip());
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      locked = true;
      return new DirectoryLock(directory, channel, lock);
    } finally {
      if (!locked) {
        HELD.remove(directory);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  private static IllegalStateException inUse(Path directory, String owner) {
    return new IllegalStateException(
        "The data directory "
            + directory
            + " is in use by process "
            + (owner.isEmpty() ? "(starting)" : owner)
            + ". Stop that process first, or set ETIBAR_DATA_DIR to another directory.");
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      lock.release();
    } finally {
      HELD.remove(directory);
    }
  }
}
