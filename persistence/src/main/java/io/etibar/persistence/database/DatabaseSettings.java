package io.etibar.persistence.database;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the database, under {@code etibar.database}.
 *
 * @param dataDir where the embedded server and key files live
 * @param server the server to use; empty for the embedded one
 * @param connections size of the pool for our own JDBC
 * @param journalConnections size of the journal's pool
 * @param readQueue reads that may wait for a connection
 * @param statementTimeout after this the server cuts a statement or an idle transaction off
 * @param connectPatience how long a start waits for a server that does not answer yet
 * @param embedded settings of the embedded server
 */
public record DatabaseSettings(
    Path dataDir,
    Optional<Server> server,
    int connections,
    int journalConnections,
    int readQueue,
    Duration statementTimeout,
    Duration connectPatience,
    Embedded embedded) {

  /** A PostgreSQL server that somebody else runs. The password never appears in text. */
  public record Server(String url, String user, String password) {
    public Server {
      if (!url.startsWith("jdbc:postgresql:")) {
        throw new IllegalArgumentException(
            "etibar.database.url must start with jdbc:postgresql:, such as"
                + " jdbc:postgresql://localhost:5432/etibar");
      }
    }

    @Override
    public String toString() {
      return "Server[url=" + url.replaceAll("[?].*", "") + ", user=" + user + "]";
    }
  }

  /**
   * Settings of the embedded server.
   *
   * @param port 0 for a free one
   * @param programsDir where the server's programs are unpacked; empty for the user's cache
   */
  public record Embedded(
      int port,
      String sharedBuffers,
      int maxConnections,
      Optional<Path> programsDir,
      Duration startTimeout,
      Duration stopTimeout) {
    public Embedded {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("etibar.database.embedded.port must be 0..65535");
      }
      if (!sharedBuffers.matches("[1-9][0-9]*(kB|MB|GB)")) {
        throw new IllegalArgumentException(
            "etibar.database.embedded.shared-buffers must be a size such as 128MB");
      }
    }
  }

  public DatabaseSettings {
    if (connections < 4) {
      throw new IllegalArgumentException(
          "etibar.database.connections must be at least 4: sequencer, feed, a projection, a read");
    }
    if (journalConnections < 2) {
      throw new IllegalArgumentException("etibar.database.journal-connections must be at least 2");
    }
    if (readQueue < 1) {
      throw new IllegalArgumentException("etibar.database.read-queue must be at least 1");
    }
    if (statementTimeout.toMillis() < 1_000) {
      throw new IllegalArgumentException(
          "etibar.database.statement-timeout must be at least a second");
    }
  }

  /** Reads {@code etibar.database} out of the whole configuration. */
  public static DatabaseSettings from(Config root) {
    Config config = root.getConfig("etibar.database");
    Config embedded = config.getConfig("embedded");
    int journalConnections = config.getInt("journal-connections");
    return new DatabaseSettings(
        Path.of(config.getString("data-dir")).toAbsolutePath().normalize(),
        config.getString("url").isBlank()
            ? Optional.empty()
            : Optional.of(
                new Server(
                    config.getString("url"),
                    config.getString("user"),
                    config.getString("password"))),
        config.getInt("connections"),
        journalConnections == 0 ? derivedJournalConnections() : journalConnections,
        config.getInt("read-queue"),
        config.getDuration("statement-timeout"),
        config.getDuration("connect-patience"),
        new Embedded(
            embedded.getInt("port"),
            embedded.getString("shared-buffers"),
            embedded.getInt("max-connections"),
            Optional.of(embedded.getString("programs-dir"))
                .filter(dir -> !dir.isBlank())
                .map(dir -> Path.of(dir).toAbsolutePath()),
            embedded.getDuration("start-timeout"),
            embedded.getDuration("stop-timeout")));
  }

  private static int derivedJournalConnections() {
    return Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 16);
  }
}
