package io.etibar.http.json;

import akka.NotUsed;
import akka.japi.function.Function;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a stream of bytes into lines. Holds one line at most, whatever comes; a line that is too
 * long is passed over up to its end, and the stream goes on.
 */
public final class Lines {

  /** A line that is not blank. */
  public sealed interface Line {
    /** From 1, counting blank lines too, as an editor does. */
    long number();
  }

  /** A line without its end. */
  @SuppressWarnings("ArrayRecordComponent") // The hot path of bulk streams: no copy, no comparison.
  public record Text(long number, byte[] bytes) implements Line {}

  /** A line of more than the greatest length. */
  public record TooLong(long number) implements Line {}

  private static final ByteString END = ByteString.fromString("\n");

  private final int maxBytes;
  private byte[] pending = new byte[512];
  private int length;
  private boolean tooLong;
  private long number = 1;

  private Lines(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * @param maxBytes the greatest length of a line without its end
   */
  public static Flow<ByteString, Line, NotUsed> flow(int maxBytes) {
    return Flow.of(ByteString.class)
        // The last line may lack its end.
        .concat(Source.single(END))
        .statefulMapConcat(
            () -> {
              Lines lines = new Lines(maxBytes);
              Function<ByteString, Iterable<Line>> cut = lines::cut;
              return cut;
            });
  }

  private Iterable<Line> cut(ByteString chunk) {
    byte[] bytes = chunk.toArrayUnsafe();
    List<Line> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        keep(bytes, from, i);
        end(lines);
        from = i + 1;
      }
    }
    keep(bytes, from, bytes.length);
    return lines;
  }

  private void keep(byte[] bytes, int from, int to) {
    int more = to - from;
    if (tooLong || length + more > maxBytes) {
      tooLong = true;
      length = 0;
      return;
    }
    if (length + more > pending.length) {
      pending =
          Arrays.copyOf(pending, Math.min(maxBytes, Math.max(2 * pending.length, length + more)));
    }
    System.arraycopy(bytes, from, pending, length, more);
    length += more;
  }

  private void end(List<Line> lines) {
    if (tooLong) {
      lines.add(new TooLong(number));
    } else if (!isBlank()) {
      lines.add(new Text(number, Arrays.copyOf(pending, length)));
    }
    tooLong = false;
    length = 0;
    number++;
  }

  private boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (pending[i] != ' ' && pending[i] != '\t' && pending[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
