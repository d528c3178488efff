package io.etibar.persistence.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The server's own programs, unpacked once from the jar into a cache that all starts share. The
 * directory's name is the archive's digest and it appears by one rename, so that concurrent starts
 * do not disturb one another and a half-unpacked one is never used.
 */
final class ServerPrograms {
  private final Path directory;

  private ServerPrograms(Path directory) {
    this.directory = directory;
  }

  /** Finds or unpacks the programs below the given directory. */
  static ServerPrograms unpackedIn(Path cache) throws IOException {
    byte[] archive = archive();
    Path directory = cache.resolve("postgres-" + digest(archive));
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(cache);
      Path unfinished = Files.createTempDirectory(cache, "unpacking-");
      try {
        unpack(archive, unfinished);
        Files.move(unfinished, directory, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (!Files.isDirectory(directory)) {
          throw e;
        }
        // Another start was quicker; its copy is the same.
      } finally {
        deleteTree(unfinished);
      }
    }
    return new ServerPrograms(directory);
  }

  /** The path of one program, such as {@code pg_ctl}. */
  String program(String name) {
    return directory.resolve("bin").resolve(name).toString();
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.deleteIfExists(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static byte[] archive() throws IOException {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system =
        name.contains("mac") ? "Darwin" : name.contains("windows") ? "Windows" : "Linux";
    String machine = System.getProperty("os.arch");
    try (InputStream in =
        DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
            system, machine.equals("amd64") ? "x86_64" : machine)) {
      return in.readAllBytes();
    } catch (IllegalStateException e) {
      throw new IOException(
          "This build carries no PostgreSQL for "
              + system
              + " on "
              + machine
              + ". Set ETIBAR_DATABASE_URL to a server of your own.",
          e);
    }
  }

  private static String digest(byte[] archive) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void unpack(byte[] archive, Path target) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("The archive has an entry outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
          Files.createLink(path, target.resolve(entry.getLinkName()).normalize());
        } else {
          Files.copy(tar, path);
          if ((entry.getMode() & 0100) != 0 || path.getParent().endsWith("bin")) {
            path.toFile().setExecutable(true, false);
          }
        }
      }
    }
    // Readable by the user the server runs as, where that is not the one who unpacked.
    target.toFile().setReadable(true, false);
    target.toFile().setExecutable(true, false);
  }
}
