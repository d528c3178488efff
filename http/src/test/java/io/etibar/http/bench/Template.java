package io.etibar.http.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes that are the same every time, save for a number of ten digits at some places. Patching it
 * is all that the generator spends on making a request.
 */
final class Template {
  private static final String PLACE = "##########";

  private final byte[] bytes;
  private final int[] places;

  private Template(byte[] bytes) {
    this.bytes = bytes;
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    List<Integer> found = new ArrayList<>();
    for (int at = text.indexOf(PLACE); at >= 0; at = text.indexOf(PLACE, at + PLACE.length())) {
      found.add(at);
    }
    this.places = found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A request whose key and body name the number wherever {@code ##########} stands. */
  static Template post(String path, String host, String token, String key, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        head(path, host, token, "application/json")
            + ("Idempotency-Key: " + key + "\r\n")
            + ("Content-Length: " + content.length + "\r\n\r\n");
    var out = new ByteArrayOutputStream();
    out.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(content);
    return new Template(out.toByteArray());
  }

  /** One line of a streamed body. */
  static Template line(String json) {
    return new Template((json + "\n").getBytes(StandardCharsets.UTF_8));
  }

  static String head(String path, String host, String token, String mediaType) {
    return "POST "
        + path
        + " HTTP/1.1\r\n"
        + ("Host: " + host + "\r\n")
        + ("Authorization: Bearer " + token + "\r\n")
        + ("Content-Type: " + mediaType + "\r\n");
  }

  int length() {
    return bytes.length;
  }

  /** Appends the bytes with {@code number} in its places. */
  void put(ByteBuffer buffer, long number) {
    int start = buffer.position();
    buffer.put(bytes);
    for (int place : places) {
      long rest = number;
      for (int i = PLACE.length() - 1; i >= 0; i--) {
        buffer.put(start + place + i, (byte) ('0' + rest % 10));
        rest /= 10;
      }
    }
  }
}
