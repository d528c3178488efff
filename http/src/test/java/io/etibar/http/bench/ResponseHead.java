package io.etibar.http.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Finds the status and the end of an answer, and makes no object for it. */
final class ResponseHead {
  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  private int status;
  private int end;
  private int contentLength;

  ResponseHead() {
    reset();
  }

  void reset() {
    status = 0;
    end = -1;
    contentLength = -1;
  }

  int status() {
    return status;
  }

  /** Where the body begins. */
  int end() {
    return end;
  }

  /** Where the answer ends. Holds for an answer with a length alone, not for a chunked one. */
  int total() {
    if (contentLength < 0) {
      throw new IllegalStateException("an answer without a length");
    }
    return end + contentLength;
  }

  /** Whether the head is there in whole, in the bytes before the buffer's position. */
  boolean parse(ByteBuffer in) {
    if (end >= 0) {
      return true;
    }
    int limit = in.position();
    int lineStart = 0;
    int i = 0;
    while (i + 1 < limit) {
      if (in.get(i) != '\r' || in.get(i + 1) != '\n') {
        i++;
        continue;
      }
      if (i == lineStart) {
        status = number(in, 9);
        end = i + 2;
        return true;
      }
      if (startsWithLength(in, lineStart, i)) {
        int at = lineStart + LENGTH.length;
        while (in.get(at) == ' ') {
          at++;
        }
        contentLength = number(in, at);
      }
      i += 2;
      lineStart = i;
    }
    return false;
  }

  private static boolean startsWithLength(ByteBuffer in, int from, int to) {
    if (to - from < LENGTH.length) {
      return false;
    }
    for (int i = 0; i < LENGTH.length; i++) {
      int c = in.get(from + i);
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private static int number(ByteBuffer in, int at) {
    int value = 0;
    for (int c = in.get(at); c >= '0' && c <= '9'; c = in.get(++at)) {
      value = value * 10 + (c - '0');
    }
    return value;
  }
}
