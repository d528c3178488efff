package io.etibar.persistence.database;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One embedded server for all tests of this process, and a fresh database for each that asks. */
public final class TestDatabase {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static EmbeddedPostgres shared;

  private TestDatabase() {}

  /** Opens and migrates a new, empty database on the shared server. */
  public static Database fresh() {
    return Database.open(settings(Map.of()));
  }

  /** Settings of a new, empty database on the shared server. */
  public static DatabaseSettings settings(Map<String, ?> overrides) {
    DatabaseSettings.Server server = shared().server();
    String name = "test_" + NUMBER.incrementAndGet();
    try (var connection =
            DriverManager.getConnection(server.url(), server.user(), server.password());
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Config config =
        ConfigFactory.parseMap(overrides)
            .withFallback(
                ConfigFactory.parseMap(
                    Map.of(
                        "etibar.database.url",
                        server.url().replaceAll("/[^/]*$", "/" + name),
                        "etibar.database.user",
                        server.user(),
                        "etibar.database.password",
                        server.password(),
                        "etibar.database.data-dir",
                        temporaryDirectory().toString())))
            .withFallback(ConfigFactory.load());
    return DatabaseSettings.from(config);
  }

  /** A directory that is removed when the process ends. */
  public static Path temporaryDirectory() {
    try {
      Path directory = Files.createTempDirectory("etibar-test-");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized EmbeddedPostgres shared() {
    if (shared == null) {
      try {
        Path directory = Files.createTempDirectory("etibar-test-");
        EmbeddedPostgres started =
            EmbeddedPostgres.start(
                directory, DatabaseSettings.from(ConfigFactory.load()).embedded());
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(
                    () -> {
                      try {
                        started.close();
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      } finally {
                        delete(directory);
                      }
                    }));
        shared = started;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  private static void delete(Path directory) {
    try {
      ServerPrograms.deleteTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
