package io.etibar.http.bench;

import com.typesafe.config.ConfigFactory;
import io.etibar.persistence.database.DatabaseSettings;
import io.etibar.persistence.database.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The embedded server, started by the benchmark and not by the node, so that the floor can use the
 * very same one; its settings are those that a node gives it.
 */
final class BenchDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;

  /** How much the server has done so far. */
  record Work(long journalInserts, long journalReads, long logInserts, long commits) {
    Work minus(Work before) {
      return new Work(
          journalInserts - before.journalInserts,
          journalReads - before.journalReads,
          logInserts - before.logInserts,
          commits - before.commits);
    }
  }

  private BenchDatabase(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  static BenchDatabase start(Path dataDir) throws IOException {
    var settings = DatabaseSettings.from(ConfigFactory.load());
    return new BenchDatabase(EmbeddedPostgres.start(dataDir, settings.embedded()));
  }

  DatabaseSettings.Server server() {
    return postgres.server();
  }

  /** Processor seconds of the server and all its processes. */
  double cpuSeconds() {
    return postgres.pid().flatMap(ProcessHandle::of).map(CpuMeter::secondsOf).orElse(0.0);
  }

  Connection connect() throws SQLException {
    var server = postgres.server();
    var properties = new Properties();
    properties.setProperty("user", server.user());
    properties.setProperty("password", server.password());
    // As the node has it: prepared on the server from the first use on.
    properties.setProperty("prepareThreshold", "1");
    return DriverManager.getConnection(server.url(), properties);
  }

  /** The mean length of the events that payments have written, in bytes. */
  int payloadBytes() throws SQLException {
    return (int)
        number(
            "SELECT coalesce(avg(octet_length(event_payload)), 400)::int FROM (SELECT event_payload"
                + " FROM event_journal WHERE persistence_id LIKE 'Payment|%' LIMIT 10000) sample");
  }

  /** The statistics reach a reader about a second after the transaction. */
  Work work() throws SQLException {
    return new Work(
        number("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'event_journal'"),
        number(
            "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'event_journal_pkey'"
                + " AND schemaname = 'public'"),
        number("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'log_entry'"),
        number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"));
  }

  long committedPayments() throws SQLException {
    return number(
        "SELECT count(*) FROM event_journal WHERE persistence_id LIKE 'Payment|%'"
            + " AND event_ser_manifest LIKE '%PaymentCommitted%'");
  }

  /** Flushes what is due, so that no measurement starts with another one's debts. */
  void checkpoint() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
    }
  }

  /** Version and settings that say how durable a commit is. */
  Map<String, String> description() throws SQLException {
    Map<String, String> values = new LinkedHashMap<>();
    for (String name :
        List.of(
            "server_version",
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "shared_buffers",
            "max_wal_size",
            "wal_level")) {
      values.put(name, text("SHOW " + name));
    }
    return values;
  }

  private long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  private String text(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      if (!rows.next()) {
        throw new SQLException("no row: " + sql);
      }
      return rows.getString(1);
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
