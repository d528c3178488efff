package io.etibar.persistence.privacy;

import io.etibar.core.privacy.Sealed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals under one subject's key with AES-256-GCM. What is sealed reads {@code version(1) ‖ keyId(8)
 * ‖ nonce(12) ‖ ciphertext ‖ tag(16)}.
 *
 * <p>The nonce is a digest of the text under a second key (as in AES-SIV, RFC 5297): the same text
 * seals to the same bytes, and two texts never share a nonce but by a collision of 96 bits within
 * one subject.
 */
final class SubjectCipher {
  private static final byte VERSION = 1;
  private static final int KEY_ID_BYTES = 8;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final byte[] keyId;
  private final SecretKeySpec encryption;
  private final byte[] nonceKey;
  private final byte[] associated;

  /**
   * @param key 32 random bytes
   * @param subject bound into what is sealed, so that it cannot be passed off as another's
   */
  SubjectCipher(byte[] key, byte[] subject) {
    this.keyId = Arrays.copyOf(digest(key, "id"), KEY_ID_BYTES);
    this.encryption = new SecretKeySpec(digest(key, "encryption"), "AES");
    this.nonceKey = digest(key, "nonce");
    this.associated = ByteBuffer.allocate(1 + subject.length).put(VERSION).put(subject).array();
  }

  Sealed seal(String text) {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    byte[] nonce = Arrays.copyOf(digest(nonceKey, plain), NONCE_BYTES);
    try {
      byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
      byte[] all =
          ByteBuffer.allocate(1 + KEY_ID_BYTES + NONCE_BYTES + ciphertext.length)
              .put(VERSION)
              .put(keyId)
              .put(nonce)
              .put(ciphertext)
              .array();
      return new Sealed(Base64.getUrlEncoder().withoutPadding().encodeToString(all));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Sealing failed", e);
    }
  }

  /**
   * The text; nothing where it was sealed under a key that is destroyed.
   *
   * @throws IllegalArgumentException if it was not sealed here, or was changed since
   */
  Optional<String> open(Sealed sealed) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(sealed.value()));
    if (bytes.remaining() < 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BITS / 8
        || bytes.get() != VERSION) {
      throw new IllegalArgumentException("Not sealed here");
    }
    byte[] id = new byte[KEY_ID_BYTES];
    bytes.get(id);
    if (!MessageDigest.isEqual(id, keyId)) {
      return Optional.empty();
    }
    byte[] nonce = new byte[NONCE_BYTES];
    bytes.get(nonce);
    byte[] ciphertext = new byte[bytes.remaining()];
    bytes.get(ciphertext);
    try {
      byte[] plain = cipher(Cipher.DECRYPT_MODE, nonce).doFinal(ciphertext);
      return Optional.of(new String(plain, StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("What was sealed has been changed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, encryption, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }

  static byte[] digest(byte[] key, String label) {
    return digest(key, label.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] digest(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
