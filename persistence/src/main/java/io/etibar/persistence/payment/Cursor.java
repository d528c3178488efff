package io.etibar.persistence.payment;

import java.nio.ByteBuffer;
import java.util.Base64;

/** Where a page of the history begins, as clients keep it: a version and the log's index. */
final class Cursor {
  private static final byte VERSION = 1;

  private Cursor() {}

  static String of(long index) {
    byte[] bytes = ByteBuffer.allocate(9).put(VERSION).putLong(index).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * The index.
   *
   * @throws IllegalArgumentException if the text is none of ours
   */
  static long index(String text) {
    if (text.length() > 16) {
      throw new IllegalArgumentException("is not a cursor of this list");
    }
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
    if (bytes.remaining() != 9 || bytes.get() != VERSION) {
      throw new IllegalArgumentException("is not a cursor of this list");
    }
    long index = bytes.getLong();
    if (index < 0 || !of(index).equals(text)) {
      throw new IllegalArgumentException("is not a cursor of this list");
    }
    return index;
  }
}
