package io.etibar.persistence.log;

import akka.NotUsed;
import akka.japi.Pair;
import akka.stream.javadsl.Source;
import io.etibar.core.log.LogEvent;
import io.etibar.persistence.database.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log as this node's readers see it. All of them together cost one query an interval: one
 * thread reads what is new, decodes it once, keeps the latest events in memory and hands them to
 * everyone who waits. It rests while nobody waits. A reader that is further back reads for itself
 * until it has caught up, so that a slow one disturbs no other.
 */
public final class Feed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  /**
   * A waiting reader is answered with nothing after this time and asks again, so that one that went
   * away is forgotten.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration AFTER_FAILURE = Duration.ofMillis(500);

  private static final Duration COMPLAINT_EVERY = Duration.ofSeconds(30);

  private record Waiter(long from, CompletableFuture<List<LogEvent>> events, long deadlineNanos) {}

  private final Database database;
  private final LogStore store = new LogStore();
  private final EventDecoder decoder;
  private final LogSettings settings;
  private final Thread thread = new Thread(this::run, "log-feed");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Waiter> waiters = new ArrayList<>();

  /** The latest events, without a gap; the last one has the index {@code end - 1}. */
  private final List<LogEvent> window = new ArrayList<>();

  private long end;
  private boolean nudged;
  private boolean closed;
  private String lastComplaint = "";
  private long lastComplaintNanos;

  private Feed(Database database, EventDecoder decoder, LogSettings settings) {
    this.database = database;
    this.decoder = decoder;
    this.settings = settings;
    thread.setDaemon(true);
  }

  /** Starts this node's feed. */
  public static Feed start(Database database, EventDecoder decoder, LogSettings settings) {
    Feed feed = new Feed(database, decoder, settings);
    feed.thread.start();
    return feed;
  }

  /** All events from an index on, without an end. */
  public Source<LogEvent, NotUsed> source(long from) {
    return Source.unfoldAsync(
            from,
            next ->
                next(next)
                    .thenApply(
                        events ->
                            Optional.of(
                                Pair.create(
                                    events.isEmpty() ? next : events.getLast().index() + 1,
                                    events))))
        .mapConcat(events -> events);
  }

  /** How many events this node knows the log to have. */
  public long knownSize() {
    lock.lock();
    try {
      return end;
    } finally {
      lock.unlock();
    }
  }

  /** Looks now and not only after the interval: there is something new. */
  public void nudge() {
    lock.lock();
    try {
      nudged = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The next events from an index on: at least one, or none after a while without news. */
  CompletionStage<List<LogEvent>> next(long from) {
    if (from < 0) {
      throw new IllegalArgumentException("the log begins at 0");
    }
    lock.lock();
    try {
      if (closed) {
        return CompletableFuture.failedFuture(new IllegalStateException("The feed is closed"));
      }
      long begin = end - window.size();
      if (from >= begin && from < end) {
        return CompletableFuture.completedFuture(slice(from));
      }
      if (from < begin) {
        return database.async(
            connection -> decoder.decode(store.read(connection, from, settings.feedBatch())));
      }
      Waiter waiter =
          new Waiter(from, new CompletableFuture<>(), System.nanoTime() + PATIENCE.toNanos());
      waiters.add(waiter);
      changed.signal();
      return waiter.events();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    List<Waiter> waiting;
    lock.lock();
    try {
      closed = true;
      waiting = List.copyOf(waiters);
      waiters.clear();
      changed.signal();
    } finally {
      lock.unlock();
    }
    waiting.forEach(
        waiter ->
            waiter.events().completeExceptionally(new IllegalStateException("The feed is closed")));
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (awaitReaders()) {
      boolean more = false;
      Duration rest = settings.feedInterval();
      try {
        more = poll();
      } catch (SQLException | RuntimeException e) {
        complain(e);
        rest = AFTER_FAILURE;
      }
      if (!more) {
        rest(rest);
      }
    }
  }

  /** Waits until somebody waits for events. False when the feed is closed. */
  private boolean awaitReaders() {
    lock.lock();
    try {
      while (waiters.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      // After a time without readers the window is old; begin where the first of them waits.
      long first = waiters.stream().mapToLong(Waiter::from).min().orElse(end);
      if (first > end) {
        window.clear();
        end = first;
      }
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  /** Once for each kind of failure in a while: the feed tries again twice a second. */
  private void complain(Exception failure) {
    long now = System.nanoTime();
    String what = failure.toString();
    if (!what.equals(lastComplaint) || now - lastComplaintNanos > COMPLAINT_EVERY.toNanos()) {
      lastComplaint = what;
      lastComplaintNanos = now;
      if (failure instanceof SQLException) {
        LOG.warn("The feed waits for its database: {}", what);
      } else {
        LOG.error("The log cannot be read, and nobody here learns of new events", failure);
      }
    }
  }

  private boolean poll() throws SQLException {
    List<LogEvent> events;
    try (Connection connection = database.dataSource().getConnection()) {
      events = decoder.decode(store.read(connection, end, settings.feedBatch()));
    }
    List<Runnable> answers = new ArrayList<>();
    lock.lock();
    try {
      window.addAll(events);
      end += events.size();
      if (window.size() > settings.feedWindow()) {
        window.subList(0, window.size() - settings.feedWindow()).clear();
      }
      long now = System.nanoTime();
      for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
        Waiter waiter = all.next();
        if (waiter.from() < end) {
          List<LogEvent> answer =
              waiter.from() >= end - window.size() ? slice(waiter.from()) : List.of();
          answers.add(() -> waiter.events().complete(answer));
          all.remove();
        } else if (waiter.deadlineNanos() - now < 0) {
          answers.add(() -> waiter.events().complete(List.of()));
          all.remove();
        }
      }
    } finally {
      lock.unlock();
    }
    // Outside of the lock: an answered reader comes back at once.
    answers.forEach(Runnable::run);
    return events.size() == settings.feedBatch();
  }

  private List<LogEvent> slice(long from) {
    int begin = Math.toIntExact(from - (end - window.size()));
    return List.copyOf(
        window.subList(begin, Math.min(window.size(), begin + settings.feedBatch())));
  }

  private void rest(Duration duration) {
    lock.lock();
    try {
      long left = duration.toNanos();
      while (!nudged && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      nudged = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
