package io.etibar.http.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Streams lines to a bulk route over a few connections, as fast as the node takes them, and counts
 * the lines that come back. The pace is the node's: a connection sends on when lines have come
 * back. A line's latency counts from when it was written to the socket's buffer.
 */
final class BulkLoad {
  private static final byte[] CREATED = "\"status\":201".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNK_END = "\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int CHUNK_SIZE_DIGITS = 8;

  /**
   * How many lines may be under way on one connection, as a client has it that wants to know what
   * it has to repeat when the connection breaks. All of them together are more than the node works
   * on at once.
   */
  private static final int LINES_UNDER_WAY = 256;

  private final InetSocketAddress address;
  private final String head;
  private final Template line;
  private final LongSupplier numbers;
  private Measured.Counter counter = new Measured.Counter();
  private long linesLeft;
  private long steadyFrom;
  private long steadyUntil;

  /**
   * @param head the request's first lines, as {@link Template#head} makes them
   * @param line one line of the body
   */
  BulkLoad(InetSocketAddress address, String head, Template line, LongSupplier numbers) {
    this.address = address;
    this.head = head;
    this.line = line;
    this.numbers = numbers;
  }

  /** Streams for a time. */
  Measured run(int connections, Duration warmUp, Duration steady) throws IOException {
    counter = new Measured.Counter();
    linesLeft = Long.MAX_VALUE;
    long start = System.nanoTime();
    steadyFrom = start + warmUp.toNanos();
    steadyUntil = steadyFrom + steady.toNanos();
    stream(connections);
    return counter.result(steady.toNanos() / 1e9, 0);
  }

  /** Streams so many lines, however long it takes. */
  Measured run(int connections, long lines) throws IOException {
    counter = new Measured.Counter();
    linesLeft = lines;
    steadyFrom = System.nanoTime();
    steadyUntil = Long.MAX_VALUE;
    stream(connections);
    return counter.result((System.nanoTime() - steadyFrom) / 1e9, 0);
  }

  private void stream(int count) throws IOException {
    try (Selector selector = Selector.open()) {
      List<Connection> connections = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        connections.add(new Connection(selector));
      }
      long silentSince = System.nanoTime();
      while (connections.stream().anyMatch(c -> !c.done)) {
        selector.select(1000);
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
          Connection connection = (Connection) key.attachment();
          if (key.isReadable()) {
            connection.read();
            silentSince = now;
          }
          if (key.isValid() && key.isWritable()) {
            connection.write();
          }
        }
        selector.selectedKeys().clear();
        if (now - silentSince > Duration.ofSeconds(60).toNanos()) {
          throw new IOException("the node has answered no line for a minute");
        }
      }
    }
  }

  private boolean mayGoOn() {
    return linesLeft > 0 && System.nanoTime() < steadyUntil;
  }

  /** One request that goes on and on, and its answer. */
  private final class Connection {
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer out = ByteBuffer.allocateDirect(16 * 1024);
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
    private final ResponseHead responseHead = new ResponseHead();
    private final ChunkReader chunks = new ChunkReader(this::lineByte);
    private final long[] sentAt = new long[LINES_UNDER_WAY];
    private final StringBuilder sample = new StringBuilder();
    private long sent;
    private long answered;
    private int matched;
    private boolean created;
    private boolean headRead;
    private boolean lastSent;
    private boolean done;

    Connection(Selector selector) throws IOException {
      channel = SocketChannel.open();
      // A small buffer, so that a line does not wait long in it.
      channel.setOption(StandardSocketOptions.SO_SNDBUF, 32 * 1024);
      channel.connect(address);
      channel.configureBlocking(false);
      key = channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE, this);
      out.put((head + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flip();
    }

    void write() throws IOException {
      channel.write(out);
      if (out.hasRemaining()) {
        return;
      }
      if (lastSent) {
        key.interestOps(SelectionKey.OP_READ);
        return;
      }
      out.clear();
      if (mayGoOn() && sent - answered > LINES_UNDER_WAY / 2) {
        // Until half of them are back: lines then travel in chunks, not one by one.
        out.flip();
        key.interestOps(SelectionKey.OP_READ);
        return;
      }
      if (mayGoOn()) {
        putChunk(System.nanoTime());
      }
      if (!mayGoOn()) {
        lastSent = true;
        out.put(LAST_CHUNK);
      }
      out.flip();
      channel.write(out);
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /** As many lines in one chunk as the buffer holds, as a client sends that streams a file. */
    private void putChunk(long now) {
      out.position(CHUNK_SIZE_DIGITS + CHUNK_END.length);
      int from = out.position();
      int limit = out.capacity() - CHUNK_END.length - LAST_CHUNK.length;
      while (limit - out.position() >= line.length()
          && linesLeft > 0
          && sent - answered < LINES_UNDER_WAY) {
        line.put(out, numbers.getAsLong());
        sentAt[(int) (sent % LINES_UNDER_WAY)] = now;
        sent++;
        linesLeft--;
      }
      String size = HexFormat.of().toHexDigits(out.position() - from);
      out.put(0, size.getBytes(StandardCharsets.US_ASCII));
      out.put(CHUNK_SIZE_DIGITS, CHUNK_END);
      out.put(CHUNK_END);
    }

    void read() throws IOException {
      int n = channel.read(in);
      if (n < 0) {
        if (!done) {
          throw new IOException(
              "closed by the server after " + answered + " of " + sent + " lines");
        }
        return;
      }
      int from = 0;
      if (!headRead) {
        if (!responseHead.parse(in)) {
          return;
        }
        headRead = true;
        from = responseHead.end();
        if (responseHead.status() != 200) {
          byte[] bytes = new byte[in.position()];
          in.get(0, bytes);
          throw new IOException(new String(bytes, StandardCharsets.UTF_8));
        }
      }
      for (int i = from; i < in.position() && !done; i++) {
        done = chunks.next(in.get(i));
      }
      in.clear();
      if (done) {
        key.cancel();
        channel.close();
      } else if (!lastSent && sent - answered <= LINES_UNDER_WAY / 2) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      }
    }

    private void lineByte(byte b) {
      if (b == '\n') {
        lineAnswered(System.nanoTime());
        return;
      }
      if (sample.length() < 500) {
        sample.append((char) b);
      }
      if (!created) {
        matched = b == CREATED[matched] ? matched + 1 : b == CREATED[0] ? 1 : 0;
        created = matched == CREATED.length;
        if (created) {
          matched = 0;
        }
      }
    }

    private void lineAnswered(long now) {
      long sentAtNanos = sentAt[(int) (answered % LINES_UNDER_WAY)];
      answered++;
      if (now >= steadyFrom && now < steadyUntil) {
        // 1 stands for a line that was refused: its own status is in the sample.
        int status = created ? 201 : 1;
        counter.status(status);
        if (created) {
          counter.created(now - sentAtNanos);
        } else if (counter.wantsSample(status)) {
          counter.sample(status, sample.toString());
        }
      }
      created = false;
      matched = 0;
      sample.setLength(0);
    }
  }

  /** Takes the chunked coding (RFC 9112, section 7.1) off, byte by byte. */
  private static final class ChunkReader {
    private interface Sink {
      void accept(byte b);
    }

    private final Sink sink;
    private int left;
    private boolean inSize = true;
    private boolean sizeSeen;
    private boolean extension;

    ChunkReader(Sink sink) {
      this.sink = sink;
    }

    /** Returns true at the end of the body. */
    boolean next(byte b) {
      if (!inSize) {
        sink.accept(b);
        left--;
        inSize = left == 0;
        return false;
      }
      int digit = Character.digit(b, 16);
      if (b == '\n') {
        if (sizeSeen) {
          sizeSeen = false;
          extension = false;
          if (left == 0) {
            return true;
          }
          inSize = false;
        }
      } else if (b == ';') {
        extension = true;
      } else if (digit >= 0 && !extension) {
        left = left * 16 + digit;
        sizeSeen = true;
      }
      return false;
    }
  }
}
