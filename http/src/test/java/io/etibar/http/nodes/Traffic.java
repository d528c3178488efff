package io.etibar.http.nodes;

import io.etibar.http.nodes.Client.Answer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Channels that pay, and that repeat a payment with its key, wherever a node answers, until they
 * know what became of it. They never give up: what they were told is what has to be true in the
 * end.
 */
final class Traffic implements AutoCloseable {

  /** What became of a payment, for good: 201, or a refusal that will not change. */
  record Outcome(int status, String body) {}

  /**
   * A till rests up to so long after each payment. Machines that are busy with nothing but this
   * load would tell how fast they are, and not whether they lose anything.
   */
  private static final int REST_MS = 100;

  private final Client client;
  private final Supplier<List<URI>> nodes;
  private final List<String> bills;
  private final String prefix;
  private final long seed;
  private final List<Thread> channels = new ArrayList<>();
  private final AtomicInteger number = new AtomicInteger();
  private final ConcurrentMap<String, Map<String, Object>> asked = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Outcome> outcomes = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, LongAdder> passing = new ConcurrentHashMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private volatile boolean paused;
  private volatile boolean ended;

  /**
   * @param nodes where payments are sent to at present
   * @param bills every second payment is a part payment of one of them, the others are without a
   *     bill
   * @param seed of the choice of bills and nodes
   */
  Traffic(Client client, Supplier<List<URI>> nodes, List<String> bills, String prefix, long seed) {
    this.client = client;
    this.nodes = nodes;
    this.bills = List.copyOf(bills);
    this.prefix = prefix;
    this.seed = seed;
  }

  Traffic start(int count) {
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int i = 0; i < count; i++) {
      long own = seeds.nextLong();
      channels.add(
          Thread.ofPlatform().name("channel-" + i).daemon().start(() -> run(new Random(own))));
    }
    return this;
  }

  /** What is known for good, by key. */
  Map<String, Outcome> outcomes() {
    return new HashMap<>(outcomes);
  }

  int committed() {
    return (int) outcomes.values().stream().filter(outcome -> outcome.status() == 201).count();
  }

  /**
   * How often it was answered that one should ask again, by code; {@code connection} where nobody
   * answered.
   */
  Map<String, Long> passing() {
    Map<String, Long> counts = new java.util.TreeMap<>();
    passing.forEach((code, count) -> counts.put(code, count.sum()));
    return counts;
  }

  /** Answers that should never be given. */
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /** Begins no more payments, and waits until those that are begun are known for good. */
  void finish(Duration patience) throws Exception {
    ended = true;
    Await.until(
        patience,
        () -> (asked.size() - outcomes.size()) + " payments without an outcome; " + passing(),
        () -> channels.stream().noneMatch(Thread::isAlive));
  }

  /** Begins no payments for a while; those that are begun go on. */
  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
  }

  /** Asks for a payment again. */
  Answer repeat(URI node, String key) throws Exception {
    return client.pay(node, key, asked.get(key));
  }

  private void run(Random random) {
    while (!ended && !Thread.currentThread().isInterrupted()) {
      if (paused) {
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        continue;
      }
      String key = prefix + number.incrementAndGet();
      Map<String, Object> what = order(random);
      asked.put(key, what);
      pay(key, what, random);
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(REST_MS)).toNanos());
    }
  }

  private void pay(String key, Map<String, Object> what, Random random) {
    while (!Thread.currentThread().isInterrupted()) {
      List<URI> choice = nodes.get();
      if (!choice.isEmpty()) {
        try {
          Answer answer = client.pay(choice.get(random.nextInt(choice.size())), key, what);
          if (isFinal(answer)) {
            settle(key, answer);
            return;
          }
          passing.computeIfAbsent(answer.code(), code -> new LongAdder()).increment();
        } catch (IOException e) {
          passing.computeIfAbsent("connection", code -> new LongAdder()).increment();
        } catch (InterruptedException e) {
          return;
        } catch (Exception e) {
          wrong.add(key + ": " + e);
          return;
        }
      }
      // A client's patience, not a wait for something to happen. Who asks a node that starts more
      // often, keeps it from starting.
      LockSupport.parkNanos(Duration.ofMillis(100 + random.nextInt(100)).toNanos());
    }
  }

  private boolean isFinal(Answer answer) {
    if (answer.status() == 503 || answer.status() == 429) {
      return false;
    }
    return !answer.code().equals("IN_FLIGHT") && !answer.code().equals("BILL_RESERVED");
  }

  private void settle(String key, Answer answer) {
    boolean expected =
        answer.status() == 201
            || answer.code().equals("BILL_PAID")
            || answer.code().equals("PAYMENT_ABORTED");
    if (!expected) {
      wrong.add(key + ": " + answer);
    }
    outcomes.put(key, new Outcome(answer.status(), answer.body()));
  }

  private Map<String, Object> order(Random random) {
    Map<String, Object> order = new HashMap<>();
    order.put("biller", Platform.BILLER);
    order.put("amount", Map.of("value", "1.00", "currency", "AZN"));
    order.put("channel", random.nextBoolean() ? "CARD" : "CASH");
    if (!bills.isEmpty() && random.nextBoolean()) {
      order.put("bill", bills.get(random.nextInt(bills.size())));
    } else {
      order.put("references", Map.of("meter", Integer.toString(random.nextInt(1_000_000))));
    }
    return order;
  }

  @Override
  public void close() {
    channels.forEach(Thread::interrupt);
  }
}
