package io.etibar.core.log;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** A SHA-256 hash in the tree, and the ways to come by one (RFC 9162, section 2.1.1). */
public final class Hash {
  /** Bytes of a hash. */
  public static final int LENGTH = 32;

  private static final byte[] LEAF_PREFIX = {0};
  private static final byte[] NODE_PREFIX = {1};

  private final byte[] bytes;

  private Hash(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Takes over 32 bytes.
   *
   * @throws IllegalArgumentException for any other number
   */
  public static Hash of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a hash has " + LENGTH + " bytes, not " + bytes.length);
    }
    return new Hash(bytes.clone());
  }

  /**
   * Reads the standard base64 form (RFC 4648, section 4), with padding and nothing else.
   *
   * @throws IllegalArgumentException if it is not that of 32 bytes
   */
  public static Hash fromBase64(String text) {
    Hash hash = of(Base64.getDecoder().decode(text));
    if (!hash.toBase64().equals(text)) {
      throw new IllegalArgumentException("not the canonical base64 of a hash");
    }
    return hash;
  }

  /** The root of a tree without leaves. */
  public static Hash ofNothing() {
    return new Hash(sha256().digest());
  }

  /** The hash of a leaf. */
  public static Hash ofLeaf(byte[] entry) {
    MessageDigest digest = sha256();
    digest.update(LEAF_PREFIX);
    return new Hash(digest.digest(entry));
  }

  /** The hash of a node over two others. */
  public static Hash ofNode(Hash left, Hash right) {
    MessageDigest digest = sha256();
    digest.update(NODE_PREFIX);
    digest.update(left.bytes);
    return new Hash(digest.digest(right.bytes));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The standard base64 form. */
  public String toBase64() {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash hash && Arrays.equals(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** In hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
