package io.etibar.persistence.database;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database of this node, opened and migrated: either the embedded server or one that somebody
 * else runs. The journal has a pool of its own (see {@link #journalConfig()}); this class holds the
 * one for everything else.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** Connections that are not for reads: sequencer, feed, and a projection's group. */
  private static final int RESERVED_CONNECTIONS = 3;

  private final DatabaseSettings settings;
  private final DatabaseSettings.Server server;
  private final Optional<EmbeddedPostgres> embedded;
  private final HikariDataSource pool;
  private final ThreadPoolExecutor readers;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread atExit = new Thread(this::closeQuietly, "database-close");

  private Database(
      DatabaseSettings settings,
      DatabaseSettings.Server server,
      Optional<EmbeddedPostgres> embedded,
      HikariDataSource pool) {
    this.settings = settings;
    this.server = server;
    this.embedded = embedded;
    this.pool = pool;
    int threads = settings.connections() - RESERVED_CONNECTIONS;
    AtomicInteger number = new AtomicInteger();
    this.readers =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(settings.readQueue()),
            task -> {
              Thread thread = new Thread(task, "database-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    readers.allowCoreThreadTimeOut(true);
  }

  /**
   * Starts the embedded server unless a server is configured, connects, and migrates.
   *
   * @throws IllegalStateException when that fails; the message says what to do
   */
  public static Database open(DatabaseSettings settings) {
    Optional<EmbeddedPostgres> embedded = Optional.empty();
    HikariDataSource pool = null;
    try {
      if (settings.server().isEmpty()) {
        embedded = Optional.of(EmbeddedPostgres.start(settings.dataDir(), settings.embedded()));
      }
      DatabaseSettings.Server server =
          embedded.map(EmbeddedPostgres::server).or(settings::server).orElseThrow();
      pool = connect(settings, server);
      migrate(server);
      Database database = new Database(settings, server, embedded, pool);
      Runtime.getRuntime().addShutdownHook(database.atExit);
      return database;
    } catch (IOException | RuntimeException e) {
      if (pool != null) {
        pool.close();
      }
      embedded.ifPresent(Database::closeQuietly);
      throw e instanceof RuntimeException already
          ? already
          : new IllegalStateException("The embedded PostgreSQL does not start", e);
    }
  }

  /** Where and as whom others may connect, such as further nodes on this machine. */
  public DatabaseSettings.Server server() {
    return server;
  }

  /** The directory for data and keys. */
  public java.nio.file.Path dataDir() {
    return settings.dataDir();
  }

  /** The embedded server, if it is that. */
  public Optional<EmbeddedPostgres> embedded() {
    return embedded;
  }

  /** The pool for our own JDBC. Connections come with auto-commit on and bounded timeouts. */
  public DataSource dataSource() {
    return pool;
  }

  /**
   * What {@code persistence.conf} cannot know: the journal's and the projections' address and
   * sizes. Lay it over the configuration: {@code database.journalConfig().withFallback(config)}.
   */
  public Config journalConfig() {
    Map<String, Object> values = new HashMap<>();
    String db = "akka-persistence-jdbc.shared-databases.slick.db.";
    values.put(db + "url", server.url());
    values.put(db + "user", server.user());
    values.put(db + "password", server.password());
    values.put(db + "numThreads", settings.journalConnections());
    values.put(db + "maxConnections", settings.journalConnections());
    values.put(db + "minConnections", settings.journalConnections());
    values.put(db + "properties.options", sessionOptions(settings));
    // The other half is for the reads of entities that start: a write never has to wait for these,
    // nor these for a write.
    values.put("jdbc-journal.parallelism", Math.max(1, settings.journalConnections() / 2));
    values.put(
        "akka.projection.jdbc.blocking-jdbc-dispatcher.thread-pool-executor.fixed-pool-size",
        Math.max(1, settings.connections() - RESERVED_CONNECTIONS));
    return ConfigFactory.parseMap(values, "database");
  }

  /** Work on a connection of its own, each statement committed by itself, on a bounded pool. */
  public <T> CompletionStage<T> async(SqlFunction<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      readers.execute(
          () -> {
            try (Connection connection = pool.getConnection()) {
              result.complete(work.apply(connection));
            } catch (Throwable e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new RejectedExecutionException("Too many reads wait for the database", e));
    }
    return result;
  }

  /** The same in one transaction. */
  public <T> CompletionStage<T> transactionally(SqlFunction<T> work) {
    return async(connection -> inTransaction(connection, work));
  }

  /** Does the work in one transaction, which is rolled back when the work fails. */
  public static <T> T inTransaction(Connection connection, SqlFunction<T> work)
      throws SQLException {
    connection.setAutoCommit(false);
    boolean committed = false;
    try {
      T result = work.apply(connection);
      connection.commit();
      committed = true;
      return result;
    } finally {
      if (!committed) {
        rollbackQuietly(connection);
      }
      connection.setAutoCommit(true);
    }
  }

  /** Whether the database answers; for readiness. Fails within seconds where it does not. */
  public CompletionStage<Done> check() {
    return async(
        connection -> {
          if (!connection.isValid(2)) {
            throw new SQLException("The database does not answer");
          }
          return Done.getInstance();
        });
  }

  /** Publishes the pool's and the readers' figures. */
  public void bindTo(MeterRegistry registry) {
    pool.setMetricsTrackerFactory(
        new com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory(registry));
    new ExecutorServiceMetrics(readers, "database-reads", List.of()).bindTo(registry);
  }

  /**
   * Closes the database as the last step of the actor system's coordinated shutdown, after everyone
   * who writes has stopped.
   */
  public void closeWith(ActorSystem<?> system) {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      LOG.debug("The process is already ending", e);
      return;
    }
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "close-database",
            () ->
                CompletableFuture.supplyAsync(
                    () -> {
                      close();
                      return Done.getInstance();
                    },
                    task -> new Thread(task, "database-close").start()));
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    readers.shutdownNow();
    pool.close();
    embedded.ifPresent(
        postgres -> {
          try {
            postgres.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static HikariDataSource connect(
      DatabaseSettings settings, DatabaseSettings.Server server) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("etibar");
    config.setJdbcUrl(server.url());
    config.setUsername(server.user());
    config.setPassword(server.password());
    config.setMaximumPoolSize(settings.connections());
    config.setMinimumIdle(Math.min(4, settings.connections()));
    // Short: while the database is away a caller hears it soon, and comes back soon when it is
    // there.
    config.setConnectionTimeout(2_000);
    config.setValidationTimeout(1_000);
    config.setInitializationFailTimeout(settings.connectPatience().toMillis());
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    config.addDataSourceProperty("connectTimeout", "2");
    // A server that vanished without a word is noticed; above the statement timeout, which is
    // nicer.
    config.addDataSourceProperty(
        "socketTimeout", String.valueOf(settings.statementTimeout().toSeconds() + 5));
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("ApplicationName", "etibar");
    config.addDataSourceProperty("options", sessionOptions(settings));
    try {
      return new HikariDataSource(config);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "The database at "
              + server
              + " does not answer. Check ETIBAR_DATABASE_URL, ETIBAR_DATABASE_USER and"
              + " ETIBAR_DATABASE_PASSWORD.",
          e);
    }
  }

  private static String sessionOptions(DatabaseSettings settings) {
    long timeoutMs = settings.statementTimeout().toMillis();
    return "-c statement_timeout="
        + timeoutMs
        + " -c idle_in_transaction_session_timeout="
        + timeoutMs
        + " -c lock_timeout="
        + timeoutMs
        + " -c TimeZone=UTC";
  }

  private static void migrate(DatabaseSettings.Server server) {
    var result =
        Flyway.configure()
            // Connections of its own, without our timeouts: a migration takes as long as it takes.
            .dataSource(server.url(), server.user(), server.password())
            .locations("classpath:db/migration")
            .validateMigrationNaming(true)
            .cleanDisabled(true)
            .load()
            .migrate();
    LOG.info(
        "The schema is at version {} ({} migrations applied)",
        result.targetSchemaVersion == null
            ? result.initialSchemaVersion
            : result.targetSchemaVersion,
        result.migrationsExecuted);
  }

  private static void rollbackQuietly(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.debug("Rollback failed; the server rolls back by itself", e);
    }
  }

  private void closeQuietly() {
    closeQuietly(this);
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.warn("Closing failed", e);
    }
  }

  /** How long closing may take, with the embedded server's last checkpoint. */
  public Duration closePatience() {
    return settings.embedded().stopTimeout();
  }
}
