package io.etibar.http.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A small HTTP/1.1 client that makes load: one thread, many connections, one request at a time on
 * each. It shares the cores with what it measures, so it does little: it patches a number into
 * prepared bytes, and reads no more of an answer than its status and its length.
 *
 * <p>In the open model each request has a time at which it is to be sent, whatever became of those
 * before it, and its latency counts from that time. A node that stalls is thus charged with all the
 * requests that it kept waiting, also those that were not sent yet.
 */
final class LoadGenerator implements AutoCloseable {
  private static final Duration DRAIN = Duration.ofSeconds(15);

  private final InetSocketAddress address;
  private final Template template;
  private final LongSupplier numbers;
  private final Selector selector;
  private final ArrayDeque<Connection> free = new ArrayDeque<>();
  private Measured.Counter counter = new Measured.Counter();
  private long steadyFrom;
  private long steadyUntil;
  private int busy;

  /**
   * @param numbers the number that makes the next request differ from all others
   */
  LoadGenerator(InetSocketAddress address, int connections, Template template, LongSupplier numbers)
      throws IOException {
    this.address = address;
    this.template = template;
    this.numbers = numbers;
    this.selector = Selector.open();
    for (int i = 0; i < connections; i++) {
      free.add(new Connection());
    }
  }

  /** Keeps every connection busy. */
  Measured closed(Duration warmUp, Duration steady) throws IOException {
    return run(warmUp, steady, 0);
  }

  /** Sends at a fixed rate. */
  Measured open(double perSecond, Duration warmUp, Duration steady) throws IOException {
    return run(warmUp, steady, perSecond);
  }

  private Measured run(Duration warmUp, Duration steady, double perSecond) throws IOException {
    counter = new Measured.Counter();
    boolean paced = perSecond > 0;
    double interval = paced ? 1e9 / perSecond : 0;
    long start = System.nanoTime();
    steadyFrom = start + warmUp.toNanos();
    steadyUntil = steadyFrom + steady.toNanos();
    long sent = 0;
    for (long now = start; now < steadyUntil; now = System.nanoTime()) {
      while (!free.isEmpty()) {
        long intended = paced ? start + (long) (sent * interval) : now;
        if (intended > now) {
          break;
        }
        send(free.poll(), intended);
        sent++;
      }
      // Waking up once a millisecond is precise enough, and lets answers come in batches.
      selector.select(this::ready, 1);
    }
    long unsent = 0;
    if (paced) {
      for (long i = sent; start + (long) (i * interval) < steadyUntil; i++) {
        long intended = start + (long) (i * interval);
        if (intended >= steadyFrom) {
          unsent++;
          counter.late(steadyUntil - intended);
        }
      }
    }
    drain();
    return counter.result(steady.toNanos() / 1e9, unsent);
  }

  private void drain() throws IOException {
    long deadline = System.nanoTime() + DRAIN.toNanos();
    while (busy > 0 && System.nanoTime() < deadline) {
      selector.select(this::ready, 10);
    }
    for (Connection connection : connections()) {
      if (connection.waiting) {
        connection.broken("no answer within " + DRAIN);
      }
    }
  }

  private List<Connection> connections() {
    return selector.keys().stream().map(key -> (Connection) key.attachment()).toList();
  }

  private void send(Connection connection, long intended) {
    busy++;
    connection.send(intended);
  }

  private void ready(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      if (key.isWritable()) {
        connection.write();
      }
      if (key.isValid() && key.isReadable()) {
        connection.read();
      }
    } catch (IOException e) {
      connection.broken(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections()) {
      connection.channel.close();
    }
    selector.close();
  }

  /** One connection, and the request on it. */
  private final class Connection {
    private final ByteBuffer out = ByteBuffer.allocateDirect(template.length());
    private final ByteBuffer in = ByteBuffer.allocateDirect(4 * 1024);
    private final ResponseHead head = new ResponseHead();
    private final SocketChannel channel;
    private final SelectionKey key;
    private long intended;
    private boolean waiting;

    Connection() throws IOException {
      channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send(long when) {
      intended = when;
      waiting = true;
      out.clear();
      template.put(out, numbers.getAsLong());
      out.flip();
      in.clear();
      head.reset();
      try {
        write();
      } catch (IOException e) {
        broken(String.valueOf(e.getMessage()));
      }
    }

    void write() throws IOException {
      channel.write(out);
      int interest =
          out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
      if (key.interestOps() != interest) {
        key.interestOps(interest);
      }
    }

    void read() throws IOException {
      if (channel.read(in) < 0) {
        broken("closed by the server");
        return;
      }
      if (!waiting || !head.parse(in)) {
        return;
      }
      if (in.position() >= head.total()) {
        answered(head.status(), System.nanoTime());
      } else if (!in.hasRemaining()) {
        broken("an answer beyond " + in.capacity() + " bytes");
      }
    }

    private void answered(int status, long now) {
      waiting = false;
      busy--;
      free.add(this);
      // A request belongs to the steady part if it was to be sent in it; throughput counts what
      // came back in it.
      if (intended >= steadyFrom && intended < steadyUntil && status != 201) {
        counter.status(status);
        if (counter.wantsSample(status)) {
          counter.sample(status, text());
        }
      }
      if (status == 201 && now >= steadyFrom) {
        if (now < steadyUntil) {
          counter.status(status);
          counter.created(now - intended);
        } else if (intended < steadyUntil) {
          counter.late(now - intended);
        }
      }
    }

    private String text() {
      byte[] bytes = new byte[in.position()];
      in.get(0, bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Puts a new connection in the place of this one. */
    void broken(String why) {
      try {
        channel.close();
        free.remove(this);
        free.add(new Connection());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (waiting) {
        waiting = false;
        busy--;
        counter.status(0);
        if (counter.wantsSample(0)) {
          counter.sample(0, why);
        }
      }
    }
  }
}
