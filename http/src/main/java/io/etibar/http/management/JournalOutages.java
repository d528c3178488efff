package io.etibar.http.management;

import akka.persistence.typed.internal.JournalFailureException;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps the log readable while the journal is away. Each entity that is asked then fails and stops,
 * until the next command starts it again, and Akka would log every one of them with a stack trace.
 * Instead one line says what is wrong, and says it again from time to time with how many failed.
 * Named in logback.xml.
 */
public final class JournalOutages extends TurboFilter {
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final long NEVER = 0;

  private final LongSupplier nanoTime;
  private final AtomicLong next = new AtomicLong(NEVER);
  private final AtomicLong failures = new AtomicLong();

  /** Called by Logback. */
  public JournalOutages() {
    this(System::nanoTime);
  }

  JournalOutages(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    Throwable failure = thrown == null ? last(arguments) : thrown;
    if (!(failure instanceof JournalFailureException)) {
      return FilterReply.NEUTRAL;
    }
    failures.incrementAndGet();
    long now = nanoTime.getAsLong();
    long due = next.get();
    // Never the value that stands for "not yet".
    long after = (now + EVERY.toNanos()) | 1;
    if ((due == NEVER || now - due >= 0) && next.compareAndSet(due, after)) {
      logger
          .getLoggerContext()
          .getLogger(JournalOutages.class)
          .warn(
              "The journal failed, {} times since this was last said: {}",
              failures.getAndSet(0),
              root(failure).toString());
    }
    return FilterReply.DENY;
  }

  /** Where a message has several arguments, SLF4J takes the last for the failure. */
  private static @Nullable Throwable last(Object @Nullable [] arguments) {
    return arguments != null
            && arguments.length > 0
            && arguments[arguments.length - 1] instanceof Throwable failure
        ? failure
        : null;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
