package io.etibar.persistence.participant;

import io.etibar.core.Page;
import io.etibar.core.log.LogEvent;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantCatalogue;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Status;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.database.Json;
import io.etibar.persistence.projection.ReadModel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The participants in a table. */
public final class JdbcParticipantCatalogue implements ParticipantCatalogue, ReadModel {
  private final Database database;
  private final Json json;

  public JdbcParticipantCatalogue(Database database, Json json) {
    this.database = database;
    this.json = json;
  }

  @Override
  public CompletionStage<Page<Participant.View>> page(@Nullable ParticipantId after, int limit) {
    return database.async(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT id, profile, status FROM participant WHERE id > ? ORDER BY id LIMIT ?")) {
            query.setString(1, after == null ? "" : after.value());
            query.setInt(2, limit + 1);
            List<Participant.View> participants = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
              while (row.next()) {
                participants.add(
                    new Participant.View(
                        new ParticipantId(row.getString(1)),
                        json.read(row.getString(2), Participant.Profile.class),
                        Status.valueOf(row.getString(3))));
              }
            }
            return Page.of(participants, limit, participant -> participant.id().value());
          }
        });
  }

  @Override
  public String name() {
    return "participants";
  }

  @Override
  public void apply(Connection connection, List<LogEvent> events) throws SQLException {
    for (LogEvent event : events) {
      if (event.event() instanceof Participant.Event change) {
        apply(connection, change);
      }
    }
  }

  private void apply(Connection connection, Participant.Event event) throws SQLException {
    switch (event) {
      case Participant.Registered e -> put(connection, e.participant(), e.profile());
      case Participant.Amended e -> put(connection, e.participant(), e.profile());
      case Participant.Suspended e -> setStatus(connection, e.participant(), Status.SUSPENDED);
      case Participant.Restored e -> setStatus(connection, e.participant(), Status.ACTIVE);
    }
  }

  private void put(Connection connection, ParticipantId id, Participant.Profile profile)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO participant (id, profile, status) VALUES (?, CAST(? AS JSONB), ?)
            ON CONFLICT (id) DO UPDATE SET profile = excluded.profile
            """)) {
      statement.setString(1, id.value());
      statement.setString(2, json.write(profile));
      statement.setString(3, Status.ACTIVE.name());
      statement.executeUpdate();
    }
  }

  private static void setStatus(Connection connection, ParticipantId id, Status status)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE participant SET status = ? WHERE id = ?")) {
      statement.setString(1, status.name());
      statement.setString(2, id.value());
      statement.executeUpdate();
    }
  }

  @Override
  public void clear(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM participant");
    }
  }
}
