package io.etibar.persistence.participant;

import io.etibar.core.participant.AssertionRegistry;
import io.etibar.core.participant.ParticipantId;
import io.etibar.persistence.database.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** The used assertions in a table that all nodes share. */
public final class JdbcAssertionRegistry implements AssertionRegistry {
  private static final Duration CLEANING = Duration.ofMinutes(5);

  /** Forgotten only when every node's clock agrees that it has expired. */
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

  private final Database database;
  private final InstantSource clock;
  private final AtomicReference<Instant> nextCleaning = new AtomicReference<>(Instant.EPOCH);

  public JdbcAssertionRegistry(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Boolean> firstUse(ParticipantId participant, String jti, Instant expires) {
    byte[] id = digest(participant.value() + '\0' + jti);
    return database.async(
        connection -> {
          clean(connection);
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "INSERT INTO used_assertion (id, expires) VALUES (?, ?) ON CONFLICT DO NOTHING")) {
            statement.setBytes(1, id);
            statement.setTimestamp(2, Timestamp.from(expires));
            return statement.executeUpdate() == 1;
          }
        });
  }

  private void clean(Connection connection) throws SQLException {
    Instant now = clock.instant();
    Instant due = nextCleaning.get();
    if (now.isBefore(due) || !nextCleaning.compareAndSet(due, now.plus(CLEANING))) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM used_assertion WHERE expires < ?")) {
      statement.setTimestamp(1, Timestamp.from(now.minus(CLOCK_DIFFERENCE)));
      statement.executeUpdate();
    }
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
