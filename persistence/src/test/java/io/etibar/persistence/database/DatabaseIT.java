package io.etibar.persistence.database;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DatabaseIT {

  @Test
  void embeddedServerIsDurableAndOnLoopbackAndKeepsItsData() throws Exception {
    Path dataDir = TestDatabase.temporaryDirectory();
    DatabaseSettings settings =
        DatabaseSettings.from(
            ConfigFactory.parseMap(
                    Map.of(
                        "etibar.database.data-dir", dataDir.toString(), "etibar.database.url", ""))
                .withFallback(ConfigFactory.load()));
    EmbeddedPostgres first;
    try (Database database = Database.open(settings);
        Connection connection = database.dataSource().getConnection()) {
      assertEquals("on", show(connection, "fsync"));
      assertEquals("on", show(connection, "synchronous_commit"));
      assertEquals("on", show(connection, "full_page_writes"));
      assertEquals("127.0.0.1", show(connection, "listen_addresses"));
      assertEquals("", show(connection, "unix_socket_directories"));
      assertEquals("10s", show(connection, "statement_timeout"));
      connection.createStatement().execute("ALTER SYSTEM SET fsync = off");
      connection.createStatement().execute("CREATE TABLE kept (n INT)");
      connection.createStatement().execute("INSERT INTO kept VALUES (42)");
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(
              Files.getPosixFilePermissions(dataDir.resolve("postgres.password"))));

      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> Database.open(settings));
      assertTrue(refused.getMessage().contains(dataDir.toRealPath().toString()));
      assertTrue(refused.getMessage().contains("process " + ProcessHandle.current().pid()));
      first = database.embedded().orElseThrow();
      assertTrue(first.pid().isPresent());
    }
    assertTrue(first.pid().isEmpty(), "an orphan");
    try (Database database = Database.open(settings);
        Connection connection = database.dataSource().getConnection()) {
      assertEquals("on", show(connection, "fsync"));
      assertEquals("42", query(connection, "SELECT n FROM kept"));
    }
  }

  @Test
  void workFailsQuicklyWhenTooMuchWaits() throws Exception {
    try (Database database =
        Database.open(TestDatabase.settings(Map.of("etibar.database.read-queue", 1)))) {
      var results =
          java.util.stream.IntStream.range(0, 50)
              .mapToObj(
                  n ->
                      database
                          .async(connection -> query(connection, "SELECT pg_sleep(0.2)"))
                          .toCompletableFuture())
              .toList();
      assertTrue(results.stream().anyMatch(java.util.concurrent.CompletableFuture::isDone));
      long refused =
          results.stream()
              .filter(
                  result -> {
                    try {
                      result.get(10, TimeUnit.SECONDS);
                      return false;
                    } catch (ExecutionException e) {
                      return e.getCause()
                          instanceof java.util.concurrent.RejectedExecutionException;
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  })
              .count();
      assertTrue(refused > 30, refused + " refused");
    }
  }

  @Test
  void transactionRollsBackWhenItsWorkFails() throws Exception {
    try (Database database = TestDatabase.fresh()) {
      var failed =
          database.transactionally(
              connection -> {
                connection.createStatement().execute("UPDATE log_head SET size = 7");
                throw new SQLException("meant");
              });
      assertThrows(
          ExecutionException.class, () -> failed.toCompletableFuture().get(10, TimeUnit.SECONDS));
      assertEquals(
          "0",
          database
              .async(connection -> query(connection, "SELECT size FROM log_head"))
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS));
    }
  }

  private static String show(Connection connection, String setting) throws SQLException {
    return query(connection, "SHOW " + setting);
  }

  private static String query(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
