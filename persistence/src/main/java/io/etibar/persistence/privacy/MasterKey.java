package io.etibar.persistence.privacy;

import com.typesafe.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The key that wraps the keys of the subjects: 32 bytes, from {@code ETIBAR_MASTER_KEY} (Base64) or
 * a file in the data directory. Whoever has it and the database can read what is sealed and not yet
 * destroyed; without it nobody can.
 */
public final class MasterKey {
  private static final int BYTES = 32;

  private final byte[] bytes;

  private MasterKey(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("The master key must be 32 bytes in Base64");
    }
    this.bytes = bytes;
  }

  /**
   * The configured key, or the one in the data directory, which is made where there is none.
   *
   * @throws IllegalArgumentException if the configured key is not 32 bytes in Base64
   */
  public static MasterKey from(Config root, Path dataDir) {
    String configured = root.getString("etibar.privacy.master-key");
    try {
      return new MasterKey(
          Base64.getDecoder()
              .decode(configured.isBlank() ? inFile(dataDir.resolve("master.key")) : configured));
    } catch (IOException e) {
      throw new UncheckedIOException("The master key in " + dataDir + " cannot be used", e);
    }
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** Never the key itself. */
  @Override
  public String toString() {
    return "MasterKey";
  }

  private static String inFile(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] random = new byte[BYTES];
      new SecureRandom().nextBytes(random);
      Files.createDirectories(file.getParent());
      Path unfinished =
          Files.createTempFile(
              file.getParent(),
              "master.key-",
              ".unfinished",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(unfinished, Base64.getEncoder().encodeToString(random) + "\n");
      try {
        // A link fails where the file is there already: of two nodes that start, one makes the key.
        Files.createLink(file, unfinished);
      } catch (java.nio.file.FileAlreadyExistsException e) {
        return Files.readString(file).strip();
      } catch (UnsupportedOperationException e) {
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    }
    return Files.readString(file).strip();
  }
}
