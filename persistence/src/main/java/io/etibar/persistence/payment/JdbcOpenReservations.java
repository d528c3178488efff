package io.etibar.persistence.payment;

import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillId;
import io.etibar.core.log.LogEvent;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.OpenReservations;
import io.etibar.core.payment.Payment.PaymentReturned;
import io.etibar.core.payment.PaymentId;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.projection.ReadModel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What bills wait to hear of. Nearly every reservation is settled within the group of events that
 * made it; what cancels itself out there is never written.
 */
public final class JdbcOpenReservations implements OpenReservations, ReadModel {

  /** A reservation, whose return id is empty, or a return. */
  private record Key(BillId bill, String payment, String returnId) {}

  private record Value(ParticipantId participant, Instant since) {}

  private static final Comparator<Key> ORDER =
      Comparator.comparing((Key key) -> key.bill().entityId())
          .thenComparing(Key::payment)
          .thenComparing(Key::returnId);

  private static final String RESERVATION = "";

  private final Database database;

  public JdbcOpenReservations(Database database) {
    this.database = database;
  }

  @Override
  public CompletionStage<List<Open>> openSince(Instant before, int limit) {
    return database.async(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  """
                  SELECT bill, payment, min(participant), min(since) FROM open_reservation
                  WHERE since < ? GROUP BY bill, payment ORDER BY min(since) LIMIT ?
                  """)) {
            query.setTimestamp(1, Timestamp.from(before));
            query.setInt(2, limit);
            List<Open> open = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
              while (row.next()) {
                open.add(
                    new Open(
                        BillId.fromEntityId(row.getString(1)),
                        new PaymentId(row.getString(2)),
                        new ParticipantId(row.getString(3))));
              }
            }
            return open;
          }
        });
  }

  @Override
  public String name() {
    return "open-reservations";
  }

  @Override
  public Pace pace() {
    return Pace.LAZY;
  }

  @Override
  public void apply(Connection connection, List<LogEvent> events) throws SQLException {
    Map<Key, Value> opened = new LinkedHashMap<>();
    Set<Key> closed = new LinkedHashSet<>();
    for (LogEvent event : events) {
      switch (event.event()) {
        case Bill.Reserved e ->
            opened.put(
                new Key(e.bill(), e.payment(), RESERVATION), new Value(e.participant(), e.at()));
        case Bill.Settled e -> close(new Key(e.bill(), e.payment(), RESERVATION), opened, closed);
        case Bill.Released e -> close(new Key(e.bill(), e.payment(), RESERVATION), opened, closed);
        // The payment is committed: who asked for it does not matter any more.
        case PaymentReturned e when e.bill() != null ->
            opened.put(
                new Key(e.bill(), e.payment().value(), e.returnId().value()),
                new Value(e.by(), e.at()));
        case Bill.Returned e -> close(new Key(e.bill(), e.payment(), e.returnId()), opened, closed);
        default -> {}
      }
    }
    delete(connection, closed);
    insert(connection, opened);
  }

  private static void close(Key key, Map<Key, Value> opened, Set<Key> closed) {
    if (opened.remove(key) == null) {
      closed.add(key);
    }
  }

  private static void delete(Connection connection, Set<Key> closed) throws SQLException {
    if (closed.isEmpty()) {
      return;
    }
    List<Key> keys = closed.stream().sorted(ORDER).toList();
    try (PreparedStatement delete =
        connection.prepareStatement(
            """
            DELETE FROM open_reservation o
            USING unnest(CAST(? AS VARCHAR[]), CAST(? AS VARCHAR[]), CAST(? AS VARCHAR[]))
                  AS k(bill, payment, return_id)
            WHERE o.bill = k.bill AND o.payment = k.payment AND o.return_id = k.return_id
            """)) {
      delete.setArray(1, array(connection, keys.stream().map(key -> key.bill().entityId())));
      delete.setArray(2, array(connection, keys.stream().map(Key::payment)));
      delete.setArray(3, array(connection, keys.stream().map(Key::returnId)));
      delete.executeUpdate();
    }
  }

  private static java.sql.Array array(Connection connection, java.util.stream.Stream<String> values)
      throws SQLException {
    return connection.createArrayOf("varchar", values.toArray());
  }

  private static void insert(Connection connection, Map<Key, Value> opened) throws SQLException {
    if (opened.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO open_reservation (bill, payment, return_id, participant, since)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """)) {
      for (Map.Entry<Key, Value> entry : opened.entrySet()) {
        insert.setString(1, entry.getKey().bill().entityId());
        insert.setString(2, entry.getKey().payment());
        insert.setString(3, entry.getKey().returnId());
        insert.setString(4, entry.getValue().participant().value());
        insert.setTimestamp(5, Timestamp.from(entry.getValue().since()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Override
  public void clear(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE open_reservation");
    }
  }
}
