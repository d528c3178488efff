package io.etibar.http.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;

/** The key that signs access tokens: an EC key on P-256, as a JSON Web Key in a file. */
public final class TokenKeys {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> OWNERS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private TokenKeys() {}

  /**
   * Reads the key, and makes it first where the file is not there. Nodes that start together on one
   * directory agree on one key.
   */
  public static ECKey loadOrCreate(Path file) throws IOException {
    if (!Files.exists(file)) {
      create(file);
    }
    return load(file);
  }

  /** Reads the key. */
  public static ECKey load(Path file) throws IOException {
    ECKey key;
    try {
      key = ECKey.parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (ParseException | IllegalArgumentException e) {
      // Without the cause: it may quote the file.
      throw new IOException(file + " is not an EC key as a JSON Web Key");
    }
    if (!key.isPrivate() || !key.getCurve().equals(Curve.P_256)) {
      throw new IOException(file + " is not a private key on P-256");
    }
    return key;
  }

  private static void create(Path file) throws IOException {
    ECKey key;
    try {
      key = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory, OWNERS_DIRECTORY);
    Path written = Files.createTempFile(directory, "token", ".tmp", OWNER_ONLY);
    try {
      Files.writeString(written, key.toJSONString());
      // A link appears whole or not at all, and never takes the place of another node's key.
      Files.createLink(file, written);
    } catch (FileAlreadyExistsException e) {
      // Another node was first: its key is as good.
    } finally {
      Files.delete(written);
    }
  }
}
