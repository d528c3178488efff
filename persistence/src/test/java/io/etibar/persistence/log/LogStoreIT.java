package io.etibar.persistence.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.persistence.database.Database;
import io.etibar.persistence.database.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;
import org.postgresql.PGConnection;

/** The log over concurrent, late, rolled-back and killed transactions. */
class LogStoreIT {
  private static Database database;

  @BeforeContainer
  static void open() {
    database = TestDatabase.fresh();
  }

  @AfterContainer
  static void close() {
    database.close();
  }

  @BeforeTry
  void empty() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("TRUNCATE event_journal, log_entry");
      statement.execute("UPDATE log_head SET size = 0, last_xid = '0', last_ordering = 0");
    }
  }

  @Property(tries = 40)
  void eachCommittedEventOnceAndInOrderWhateverHappens(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int writers) throws Exception {
    Set<String> committed = ConcurrentHashMap.newKeySet();
    AtomicBoolean writing = new AtomicBoolean(true);
    Map<Long, String> seen = new ConcurrentHashMap<>();
    ExecutorService executor = Executors.newCachedThreadPool();
    try {
      List<Future<?>> sequencers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Random random = new Random(seed + 1_000 + i);
        sequencers.add(executor.submit(() -> sequence(random, writing)));
      }
      Future<?> reader = executor.submit(() -> follow(seen, writing));
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        String name = "writer-" + i;
        Random random = new Random(seed + i);
        writes.add(executor.submit(() -> write(name, random, committed)));
      }
      for (Future<?> write : writes) {
        write.get(30, TimeUnit.SECONDS);
      }
      writing.set(false);
      for (Future<?> sequencer : sequencers) {
        sequencer.get(30, TimeUnit.SECONDS);
      }
      reader.get(30, TimeUnit.SECONDS);
    } finally {
      executor.shutdownNow();
    }

    List<LogStore.Row> log = all();
    assertEquals(committed, new HashSet<>(names(log)), "exactly what was committed");
    assertEquals(committed.size(), log.size(), "nothing twice");
    Map<String, Long> last = new HashMap<>();
    for (int index = 0; index < log.size(); index++) {
      LogStore.Row row = log.get(index);
      assertEquals(index, row.index(), "dense");
      assertTrue(
          row.sequenceNumber() > last.getOrDefault(row.persistenceId(), 0L), "in entity's order");
      last.put(row.persistenceId(), row.sequenceNumber());
    }
    seen.forEach(
        (index, name) ->
            assertEquals(name, name(log.get(index.intValue())), "an index never moves"));
  }

  @Example
  void anOpenTransactionHoldsBackWhatCameAfterItAndNothingIsLost() throws Exception {
    LogStore store = new LogStore();
    try (Connection late = database.dataSource().getConnection();
        Connection other = database.dataSource().getConnection()) {
      late.setAutoCommit(false);
      JournalWriter.write(late, "late", 1, 1);
      JournalWriter.write(other, "other", 1, 1);
      assertEquals(0, store.append(other, 100), "what may still be overtaken waits");
      assertFalse(store.waiting(other).orElseThrow().ready());
      late.commit();
      assertEquals(2, store.append(other, 100));
      assertEquals(List.of("late#1", "other#1"), names(all()));
      assertTrue(store.waiting(other).isEmpty());
      late.setAutoCommit(true);
    }
  }

  @Example
  void aSequencerThatDiesAtAnyStepLeavesTheLogWhole() throws Exception {
    for (LogStore.Step step : LogStore.Step.values()) {
      empty();
      try (Connection connection = database.dataSource().getConnection()) {
        JournalWriter.write(connection, "entity", 1, 10);
      }
      Connection dying = database.dataSource().getConnection();
      LogStore killed =
          new LogStore(
              reached -> {
                if (reached == step) {
                  // As when the process dies: the connection is gone, nothing is said any more.
                  dying.unwrap(PGConnection.class).cancelQuery();
                  dying.abort(Runnable::run);
                  throw new SQLException("killed at " + step);
                }
              });
      assertThrows(SQLException.class, () -> killed.append(dying, 4), step::name);
      try (Connection connection = database.dataSource().getConnection()) {
        LogStore next = new LogStore();
        int appended = 0;
        while (appended + (step == LogStore.Step.COMMITTED ? 4 : 0) < 10) {
          appended += next.append(connection, 4);
        }
      }
      List<LogStore.Row> log = all();
      assertEquals(10, log.size(), step::name);
      for (int index = 0; index < 10; index++) {
        assertEquals(index, log.get(index).index());
        assertEquals(index + 1, log.get(index).sequenceNumber(), step::name);
      }
    }
  }

  private static void write(String name, Random random, Set<String> committed) {
    long next = 1;
    try (Connection connection = database.dataSource().getConnection()) {
      for (int transaction = 0; transaction < 12; transaction++) {
        int count = 1 + random.nextInt(5);
        connection.setAutoCommit(false);
        pause(random);
        JournalWriter.write(connection, name, next, count);
        pause(random);
        if (random.nextInt(4) == 0) {
          connection.rollback();
        } else {
          connection.commit();
          for (long number = next; number < next + count; number++) {
            committed.add(name + "#" + number);
          }
          next += count;
        }
      }
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Appends, and dies now and then, until nothing is left to append. */
  private static void sequence(Random random, AtomicBoolean writing) {
    LogStore store =
        new LogStore(
            step -> {
              if (random.nextInt(12) == 0) {
                throw new SQLException("dies at " + step);
              }
            });
    boolean more = true;
    while (more) {
      boolean last = !writing.get();
      try (Connection connection = database.dataSource().getConnection()) {
        if (store.waiting(connection).map(LogStore.Waiting::ready).orElse(false)) {
          store.append(connection, 1 + random.nextInt(20));
        } else if (last) {
          more = store.waiting(connection).isPresent();
        }
      } catch (SQLException e) {
        if (!String.valueOf(e.getMessage()).startsWith("dies at")) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private static void follow(Map<Long, String> seen, AtomicBoolean writing) {
    LogStore store = new LogStore();
    try (Connection connection = database.dataSource().getConnection()) {
      long next = 0;
      while (writing.get()) {
        for (LogStore.Row row : store.read(connection, next, 7)) {
          assertEquals(next, row.index(), "no gap is ever seen");
          seen.put(row.index(), name(row));
          next++;
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(Random random) {
    LockSupport.parkNanos(Duration.ofNanos(random.nextInt(1_500_000)).toNanos());
  }

  private static List<LogStore.Row> all() throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return new LogStore().read(connection, 0, 10_000);
    }
  }

  private static List<String> names(List<LogStore.Row> rows) {
    return rows.stream().map(LogStoreIT::name).toList();
  }

  private static String name(LogStore.Row row) {
    return row.persistenceId() + "#" + row.sequenceNumber();
  }
}
