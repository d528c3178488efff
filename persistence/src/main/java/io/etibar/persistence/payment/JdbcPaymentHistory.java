package io.etibar.persistence.payment;

import io.etibar.core.Page;
import io.etibar.core.biller.BillerId;
import io.etibar.core.log.LogEvent;
import io.etibar.core.money.Money;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.Payment.PaymentCommitted;
import io.etibar.core.payment.Payment.PaymentReturned;
import io.etibar.core.payment.PaymentHistory;
import io.etibar.core.payment.PaymentId;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.log.EventDecoder;
import io.etibar.persistence.log.LogStore;
import io.etibar.persistence.projection.ReadModel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The committed payments by owner. The table holds but the owners and the index in the log, so that
 * a payment costs one short row; the payments of a page are read from the log itself.
 */
public final class JdbcPaymentHistory implements PaymentHistory, ReadModel {

  /** How far clocks and the journal's own time may lie apart; only bounds what is searched. */
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(2);

  private static final String RETURNED =
      """
      SELECT payment, sum(amount_minor) FROM payment_return WHERE payment = ANY (?)
      GROUP BY payment
      """;

  private final Database database;
  private final EventDecoder decoder;
  private final LogStore log = new LogStore();

  public JdbcPaymentHistory(Database database, EventDecoder decoder) {
    this.database = database;
    this.decoder = decoder;
  }

  @Override
  public CompletionStage<Page<Entry>> page(Query query) {
    long after;
    try {
      String cursor = query.after();
      after = cursor == null ? -1 : Cursor.index(cursor);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(e);
    }
    return database.async(connection -> page(connection, query, after));
  }

  private Page<Entry> page(Connection connection, Query query, long after) throws SQLException {
    List<Long> indexes = indexes(connection, query, after);
    boolean more = indexes.size() > query.limit();
    if (more) {
      indexes = indexes.subList(0, query.limit());
    }
    List<Payment.Receipt> receipts = new ArrayList<>();
    for (LogStore.Row row : log.read(connection, indexes)) {
      if (decoder.decode(row).event() instanceof PaymentCommitted e) {
        receipts.add(new Payment.Receipt(e.payment(), e.instruction(), e.budget(), e.at()));
      }
    }
    Map<String, Long> returned = returned(connection, receipts);
    List<Entry> entries =
        receipts.stream()
            .map(
                receipt ->
                    new Entry(
                        receipt,
                        new Money(
                            returned.getOrDefault(receipt.id().value(), 0L),
                            receipt.instruction().amount().currency())))
            .toList();
    return new Page<>(entries, more ? Cursor.of(indexes.getLast()) : null);
  }

  private static List<Long> indexes(Connection connection, Query query, long after)
      throws SQLException {
    String column;
    Object[] owners;
    switch (query.owner()) {
      case MadeBy(var participant) -> {
        column = "participant";
        owners = new Object[] {participant.value()};
      }
      case PaidTo(var billers) -> {
        column = "biller";
        owners = billers.stream().map(BillerId::value).toArray();
      }
    }
    Instant from = query.from();
    Instant to = query.to();
    List<Long> indexes = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(pageBy(column))) {
      statement.setArray(1, connection.createArrayOf("varchar", owners));
      statement.setLong(2, after);
      statement.setLong(3, from == null ? 0 : indexAt(connection, from.minus(CLOCK_DIFFERENCE)));
      statement.setLong(
          4, to == null ? Long.MAX_VALUE : indexAt(connection, to.plus(CLOCK_DIFFERENCE)));
      statement.setTimestamp(5, timestamp(from, Instant.EPOCH));
      statement.setTimestamp(6, timestamp(to, Instant.parse("9999-01-01T00:00:00Z")));
      statement.setInt(7, query.limit() + 1);
      statement.setInt(8, query.limit() + 1);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          indexes.add(row.getLong(1));
        }
      }
    }
    return indexes;
  }

  // Each owner's own run of indexes is read up to the limit, and these are merged: the cost does
  // not
  // depend on how many payments there are of others.
  private static String pageBy(String column) {
    return """
        SELECT h.idx
        FROM unnest(?) AS owner(id),
             LATERAL (SELECT idx FROM payment_history
                      WHERE %s = owner.id AND idx > ? AND idx >= ? AND idx < ?
                        AND committed_at >= ? AND committed_at < ?
                      ORDER BY idx LIMIT ?) h
        ORDER BY h.idx LIMIT ?
        """
        .formatted(column);
  }

  private static Timestamp timestamp(@Nullable Instant instant, Instant otherwise) {
    return Timestamp.from(instant == null ? otherwise : instant);
  }

  private static long indexAt(Connection connection, Instant instant) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT log_index_at(?)")) {
      statement.setLong(1, instant.toEpochMilli());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static Map<String, Long> returned(Connection connection, List<Payment.Receipt> receipts)
      throws SQLException {
    Map<String, Long> returned = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(RETURNED)) {
      Object[] ids = receipts.stream().map(Payment.Receipt::id).map(PaymentId::value).toArray();
      statement.setArray(1, connection.createArrayOf("varchar", ids));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          returned.put(row.getString(1), row.getLong(2));
        }
      }
    }
    return returned;
  }

  @Override
  public String name() {
    return "payment-history";
  }

  @Override
  public void apply(Connection connection, List<LogEvent> events) throws SQLException {
    List<LogEvent> committed = new ArrayList<>();
    List<PaymentReturned> returned = new ArrayList<>();
    for (LogEvent event : events) {
      switch (event.event()) {
        case PaymentCommitted e -> committed.add(event);
        case PaymentReturned e -> returned.add(e);
        default -> {}
      }
    }
    if (!committed.isEmpty()) {
      insertCommitted(connection, committed);
    }
    if (!returned.isEmpty()) {
      insertReturned(connection, returned);
    }
  }

  private static void insertCommitted(Connection connection, List<LogEvent> events)
      throws SQLException {
    Object[] indexes = new Object[events.size()];
    Object[] times = new Object[events.size()];
    Object[] participants = new Object[events.size()];
    Object[] billers = new Object[events.size()];
    for (int i = 0; i < events.size(); i++) {
      PaymentCommitted event = (PaymentCommitted) events.get(i).event();
      indexes[i] = events.get(i).index();
      times[i] = event.at().toString();
      participants[i] = event.instruction().participant().value();
      billers[i] = event.instruction().biller().value();
    }
    // One statement of arrays: parsed once, and cheaper than rows of parameters.
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO payment_history (idx, committed_at, participant, biller)
            SELECT * FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TIMESTAMPTZ[]),
                                 CAST(? AS VARCHAR[]), CAST(? AS VARCHAR[]))
            ON CONFLICT DO NOTHING
            """)) {
      insert.setArray(1, connection.createArrayOf("bigint", indexes));
      insert.setArray(2, connection.createArrayOf("varchar", times));
      insert.setArray(3, connection.createArrayOf("varchar", participants));
      insert.setArray(4, connection.createArrayOf("varchar", billers));
      insert.executeUpdate();
    }
  }

  private static void insertReturned(Connection connection, List<PaymentReturned> events)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO payment_return (payment, return_id, amount_minor) VALUES (?, ?, ?)"
                + " ON CONFLICT DO NOTHING")) {
      for (PaymentReturned event : events) {
        insert.setString(1, event.payment().value());
        insert.setString(2, event.returnId().value());
        insert.setLong(3, event.amount().minor());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Override
  public void clear(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE payment_history, payment_return");
    }
  }
}
