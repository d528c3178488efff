package io.etibar.http.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the database itself can do: plain JDBC with as many SELECTs, INSERTs and commits a payment
 * as the node makes, on a table of the same shape in the same server, with payloads of the same
 * size. Each client is a thread with a connection and prepared statements; the best number of
 * clients counts.
 *
 * <p>Every statement commits by itself, so that a client spends one round trip on each, the fewest
 * there can be: an explicit transaction would add one for the commit. A SELECT's commit writes
 * nothing.
 */
final class Floor {
  static final List<Integer> CLIENTS = List.of(1, 2, 4, 8, 16, 32, 64);

  private static final String TABLE = "bench_floor.event_journal";

  /**
   * What one payment costs.
   *
   * @param fresh entities that are new: a SELECT that finds no sequence number
   * @param recovered entities that are there: a SELECT of the sequence number, and one of the
   *     events
   * @param inserts events, each with its commit
   */
  record Work(int fresh, int recovered, int inserts) {
    int selects() {
      return fresh + 2 * recovered;
    }

    int commits() {
      return inserts;
    }
  }

  /**
   * @param byClients payments a second, by number of clients, each tried for a moment
   * @param bestClients the number of clients that was best
   * @param best what it gave when measured for as long as the node is
   */
  record Result(Work work, Map<Integer, Double> byClients, int bestClients, double best) {}

  private final BenchDatabase database;
  private final int payloadBytes;

  /**
   * @param payloadBytes how long the node's events are
   */
  Floor(BenchDatabase database, int payloadBytes) {
    this.database = database;
    this.payloadBytes = payloadBytes;
  }

  /**
   * Measures it.
   *
   * @param each how long each number of clients is tried
   * @param steady how long the best of them is measured
   */
  Result measure(Work work, List<Integer> clientCounts, Duration each, Duration steady)
      throws SQLException, InterruptedException {
    Map<Integer, Double> byClients = new TreeMap<>();
    for (int clients : clientCounts) {
      byClients.put(clients, measure(work, clients, each));
    }
    int best = Collections.max(byClients.entrySet(), Map.Entry.comparingByValue()).getKey();
    return new Result(work, byClients, best, measure(work, best, steady));
  }

  /** Empty again, like the entities that the payments make. */
  private void prepareTable() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS bench_floor");
      statement.execute("DROP TABLE IF EXISTS " + TABLE);
      statement.execute("CREATE TABLE " + TABLE + " (LIKE public.event_journal INCLUDING ALL)");
    }
  }

  void dropTable() throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS bench_floor CASCADE");
    }
  }

  private double measure(Work work, int clients, Duration time)
      throws SQLException, InterruptedException {
    prepareTable();
    List<Client> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
      for (int i = 0; i < clients; i++) {
        all.add(new Client(i, work));
      }
      long start = System.nanoTime();
      long warm = start + time.toNanos() / 4;
      long end = warm + time.toNanos();
      List<Future<Long>> counts = new ArrayList<>();
      for (Client client : all) {
        counts.add(threads.submit(() -> client.run(warm, end)));
      }
      long sum = 0;
      for (Future<Long> count : counts) {
        sum += count.get();
      }
      return sum / (time.toNanos() / 1e9);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the floor could not be measured", e.getCause());
    } finally {
      for (Client client : all) {
        client.connection.close();
      }
    }
  }

  private final class Client {
    private final int id;
    private final Work work;
    private final byte[] payload = new byte[payloadBytes];
    private final Connection connection;
    private final PreparedStatement highest;
    private final PreparedStatement events;
    private final PreparedStatement insert;

    Client(int id, Work work) throws SQLException {
      this.id = id;
      this.work = work;
      connection = database.connect();
      // The statements of the journal plugin.
      highest =
          connection.prepareStatement(
              "SELECT max(sequence_number) FROM " + TABLE + " WHERE persistence_id = ?");
      events =
          connection.prepareStatement(
              "SELECT * FROM "
                  + TABLE
                  + " WHERE persistence_id = ? AND deleted = false"
                  + " AND sequence_number >= 1 AND sequence_number <= ?"
                  + " ORDER BY sequence_number LIMIT 400");
      insert =
          connection.prepareStatement(
              "INSERT INTO "
                  + TABLE
                  + " (deleted, persistence_id, sequence_number, writer, write_timestamp,"
                  + " adapter_manifest, event_payload, event_ser_id, event_ser_manifest)"
                  + " VALUES (false, ?, ?, ?, ?, '', ?, ?, ?)");
    }

    long run(long warm, long end) throws SQLException {
      long count = 0;
      long number = 0;
      for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
        pay(++number);
        if (now >= warm) {
          count++;
        }
      }
      return count;
    }

    private void pay(long number) throws SQLException {
      for (int i = 0; i < work.fresh(); i++) {
        select(highest, name(number, i));
      }
      for (int i = 0; i < work.recovered(); i++) {
        String name = name(number, work.fresh() + i);
        select(highest, name);
        events.setLong(2, 1);
        select(events, name);
      }
      for (int i = 0; i < work.inserts(); i++) {
        insert.setString(1, name(number, i));
        insert.setLong(2, 1);
        insert.setString(3, "01234567-89ab-cdef-0123-456789abcdef");
        insert.setLong(4, number);
        insert.setBytes(5, payload);
        insert.setInt(6, 33);
        insert.setString(7, "io.etibar.core.payment.Payment$PaymentCommitted");
        insert.executeUpdate();
      }
    }

    /** As long as a payment's, and as scattered: the index is written in no order. */
    private String name(long number, int part) {
      long mixed = (number * 64 + id) * 0x9E3779B97F4A7C15L;
      return "Payment|pay_%016x%08x%02d".formatted(mixed, Long.hashCode(number), part);
    }

    private static void select(PreparedStatement statement, String name) throws SQLException {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          rows.getObject(1);
        }
      }
    }
  }
}
