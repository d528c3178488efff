package io.etibar.core.log;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The public key of a log, and its name (C2SP signed-note): Ed25519 (RFC 8032). Written as {@code
 * name+id+base64}, it is all that a verifier has to know of a log.
 */
public final class NoteVerifier {
  static final int ID_LENGTH = 4;
  static final int SIGNATURE_LENGTH = 64;
  private static final int KEY_LENGTH = 32;
  private static final byte ED25519 = 1;

  /** SubjectPublicKeyInfo up to the key itself (RFC 8410, section 4). */
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private final String name;
  private final byte[] key;
  private final PublicKey publicKey;

  private NoteVerifier(String name, byte[] key) {
    if (name.isEmpty() || name.contains("+") || name.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("a key's name has no space and no plus");
    }
    if (key.length != KEY_LENGTH) {
      throw new IllegalArgumentException("an Ed25519 key has 32 bytes");
    }
    this.name = name;
    this.key = key;
    try {
      byte[] spki = Arrays.copyOf(SPKI_PREFIX, SPKI_PREFIX.length + KEY_LENGTH);
      System.arraycopy(key, 0, spki, SPKI_PREFIX.length, KEY_LENGTH);
      this.publicKey =
          KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not an Ed25519 key", e);
    }
  }

  /** Of a key of the JDK's. */
  public static NoteVerifier of(String name, PublicKey key) {
    byte[] spki = key.getEncoded();
    if (spki.length != SPKI_PREFIX.length + KEY_LENGTH
        || !Arrays.equals(spki, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length)) {
      throw new IllegalArgumentException("not an Ed25519 key");
    }
    return new NoteVerifier(name, Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length));
  }

  /**
   * Reads the written form.
   *
   * @throws IllegalArgumentException if it is not one, or its id is not that of its key
   */
  public static NoteVerifier parse(String text) {
    String[] parts = text.split("\\+", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("a log's key is written as name+id+base64");
    }
    byte[] typed = Base64.getDecoder().decode(parts[2]);
    if (typed.length != 1 + KEY_LENGTH || typed[0] != ED25519) {
      throw new IllegalArgumentException("the log's key is not an Ed25519 key");
    }
    var verifier = new NoteVerifier(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
    if (!verifier.toString().equals(text)) {
      throw new IllegalArgumentException("the id of the log's key is not that of its name and key");
    }
    return verifier;
  }

  /** The name, which is also the origin of the log's checkpoints. */
  public String name() {
    return name;
  }

  /** The first bytes of a hash over name and key, which tell signatures apart. */
  byte[] id() {
    MessageDigest digest = Hash.sha256();
    digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
    digest.update(ED25519);
    return Arrays.copyOf(digest.digest(key), ID_LENGTH);
  }

  boolean verify(byte[] text, byte[] signature) {
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initVerify(publicKey);
      ed25519.update(text);
      return ed25519.verify(signature);
    } catch (GeneralSecurityException e) {
      // A signature of a wrong form.
      return false;
    }
  }

  /** The written form. */
  @Override
  public String toString() {
    byte[] typed = new byte[1 + KEY_LENGTH];
    typed[0] = ED25519;
    System.arraycopy(key, 0, typed, 1, KEY_LENGTH);
    return name
        + "+"
        + HexFormat.of().formatHex(id())
        + "+"
        + Base64.getEncoder().encodeToString(typed);
  }
}
