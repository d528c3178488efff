package io.etibar.http.nodes;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for a condition, and for no longer than it takes. */
final class Await {

  /** A condition that may fail to be judged. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  private Await() {}

  /** Fails with this message when the condition does not hold within the time. */
  static void until(Duration patience, Supplier<String> message, Condition condition)
      throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(message.get() + " (after " + patience + ")");
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
