package io.etibar.core.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What the log says of an event without saying the event: a hash over it and a random salt. Who has
 * neither learns nothing from it, and once both are gone nobody does.
 */
public final class Commitment {
  /** Bytes of a salt. */
  public static final int SALT_LENGTH = 32;

  private static final byte[] DOMAIN = "etibar/leaf/v1\n".getBytes(StandardCharsets.US_ASCII);

  /**
   * An event as it is stored.
   *
   * @param sequenceNumber its place among the entity's events, from 1
   * @param manifest how the payload is read
   * @param payload the stored bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // Bytes on their way into a hash, compared by nobody.
  public record Event(String persistenceId, long sequenceNumber, String manifest, byte[] payload) {}

  private Commitment() {}

  /**
   * The commitment: SHA-256 over a line that names this form, the salt, and the event's parts. Each
   * part has its length before it as 4 bytes, the highest first; the sequence number is 8 bytes.
   *
   * @throws IllegalArgumentException if the salt has not 32 bytes
   */
  public static Hash of(byte[] salt, Event event) {
    if (salt.length != SALT_LENGTH) {
      throw new IllegalArgumentException("a salt has " + SALT_LENGTH + " bytes");
    }
    MessageDigest digest = Hash.sha256();
    digest.update(DOMAIN);
    digest.update(salt);
    part(digest, event.persistenceId().getBytes(StandardCharsets.UTF_8));
    part(digest, ByteBuffer.allocate(Long.BYTES).putLong(event.sequenceNumber()).array());
    part(digest, event.manifest().getBytes(StandardCharsets.UTF_8));
    part(digest, event.payload());
    return Hash.of(digest.digest());
  }

  /** The hash of the leaf that holds a commitment. */
  public static Hash leaf(Hash commitment) {
    return Hash.ofLeaf(commitment.bytes());
  }

  private static void part(MessageDigest digest, byte[] bytes) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
