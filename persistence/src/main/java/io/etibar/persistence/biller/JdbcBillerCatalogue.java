package io.etibar.persistence.biller;

import io.etibar.core.Page;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerCatalogue;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.Status;
import io.etibar.core.biller.Terms;
import io.etibar.core.log.LogEvent;
import io.etibar.core.participant.ParticipantId;
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

/** The billers in a table. */
public final class JdbcBillerCatalogue implements BillerCatalogue, ReadModel {
  private final Database database;
  private final Json json;

  public JdbcBillerCatalogue(Database database, Json json) {
    this.database = database;
    this.json = json;
  }

  @Override
  public CompletionStage<Page<Biller.View>> page(
      @Nullable String category, @Nullable BillerId after, int limit) {
    return database.async(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  """
                  SELECT id, terms, status FROM biller
                  WHERE id > ? AND (CAST(? AS VARCHAR) IS NULL OR category = ?)
                  ORDER BY id LIMIT ?
                  """)) {
            query.setString(1, after == null ? "" : after.value());
            query.setString(2, category);
            query.setString(3, category);
            query.setInt(4, limit + 1);
            List<Biller.View> billers = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
              while (row.next()) {
                billers.add(
                    new Biller.View(
                        new BillerId(row.getString(1)),
                        json.read(row.getString(2), Terms.class),
                        Status.valueOf(row.getString(3))));
              }
            }
            return Page.of(billers, limit, biller -> biller.id().value());
          }
        });
  }

  @Override
  public CompletionStage<List<BillerId>> ownedBy(ParticipantId owner) {
    return database.async(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT id FROM biller WHERE terms ->> 'owner' = ? ORDER BY id LIMIT 1000")) {
            query.setString(1, owner.value());
            List<BillerId> billers = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
              while (row.next()) {
                billers.add(new BillerId(row.getString(1)));
              }
            }
            return billers;
          }
        });
  }

  @Override
  public String name() {
    return "billers";
  }

  @Override
  public void apply(Connection connection, List<LogEvent> events) throws SQLException {
    for (LogEvent event : events) {
      if (event.event() instanceof Biller.Event change) {
        apply(connection, change);
      }
    }
  }

  private void apply(Connection connection, Biller.Event event) throws SQLException {
    switch (event) {
      case Biller.Registered e -> put(connection, e.biller(), e.terms());
      case Biller.Amended e -> put(connection, e.biller(), e.terms());
      case Biller.Suspended e -> setStatus(connection, e.biller(), Status.SUSPENDED);
      case Biller.Restored e -> setStatus(connection, e.biller(), Status.ACTIVE);
    }
  }

  private void put(Connection connection, BillerId id, Terms terms) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO biller (id, category, terms, status) VALUES (?, ?, CAST(? AS JSONB), ?)
            ON CONFLICT (id) DO UPDATE SET category = excluded.category, terms = excluded.terms
            """)) {
      statement.setString(1, id.value());
      statement.setString(2, terms.category());
      statement.setString(3, json.write(terms));
      statement.setString(4, Status.ACTIVE.name());
      statement.executeUpdate();
    }
  }

  private static void setStatus(Connection connection, BillerId id, Status status)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE biller SET status = ? WHERE id = ?")) {
      statement.setString(1, status.name());
      statement.setString(2, id.value());
      statement.executeUpdate();
    }
  }

  @Override
  public void clear(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM biller");
    }
  }
}
