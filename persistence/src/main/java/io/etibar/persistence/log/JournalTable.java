package io.etibar.persistence.log;

import akka.persistence.jdbc.journal.dao.JournalTables.JournalAkkaSerializationRow;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import scala.Option;

/** The journal's table: writing and reading many entities' rows by one statement. */
final class JournalTable {

  /** A part of an entity's events. */
  record Range(String persistenceId, long from, long to, int limit) {}

  // Arrays, so that one prepared statement serves batches of any size. One statement without a
  // transaction around it is a transaction: no round trips to begin and to commit.
  private static final String INSERT =
      """
      INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp,
                                 adapter_manifest, event_ser_id, event_ser_manifest, event_payload)
      SELECT * FROM unnest(CAST(? AS VARCHAR[]), CAST(? AS BIGINT[]), CAST(? AS VARCHAR[]),
                           CAST(? AS BIGINT[]), CAST(? AS VARCHAR[]), CAST(? AS INTEGER[]),
                           CAST(? AS VARCHAR[]), CAST(? AS BYTEA[]))
      """;

  private static final String HIGHEST =
      """
      SELECT asked.id,
             (SELECT sequence_number FROM event_journal j WHERE j.persistence_id = asked.id
              ORDER BY sequence_number DESC LIMIT 1)
      FROM unnest(CAST(? AS VARCHAR[])) AS asked(id)
      """;

  private static final String READ =
      """
      SELECT asked.number, j.ordering, j.sequence_number, j.writer, j.write_timestamp,
             j.adapter_manifest, j.event_payload, j.event_ser_id, j.event_ser_manifest,
             j.meta_payload, j.meta_ser_id, j.meta_ser_manifest
      FROM unnest(CAST(? AS VARCHAR[]), CAST(? AS BIGINT[]), CAST(? AS BIGINT[]),
                  CAST(? AS INTEGER[])) WITH ORDINALITY AS asked(id, first, last, most, number),
           LATERAL (SELECT * FROM event_journal e
                    WHERE e.persistence_id = asked.id AND NOT e.deleted
                      AND e.sequence_number BETWEEN asked.first AND asked.last
                    ORDER BY e.sequence_number LIMIT asked.most) j
      ORDER BY asked.number, j.sequence_number
      """;

  private JournalTable() {}

  /** Whether the row can be written by {@link #insert}. */
  static boolean isPlain(JournalAkkaSerializationRow row) {
    return row.metaPayload().isEmpty() && !row.deleted();
  }

  /** Writes the rows in their order, all or none. */
  static void insert(Connection connection, List<JournalAkkaSerializationRow> rows)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setArray(
          1, array(connection, "varchar", rows, JournalAkkaSerializationRow::persistenceId));
      insert.setArray(
          2, array(connection, "bigint", rows, JournalAkkaSerializationRow::sequenceNumber));
      insert.setArray(3, array(connection, "varchar", rows, JournalAkkaSerializationRow::writer));
      insert.setArray(
          4, array(connection, "bigint", rows, JournalAkkaSerializationRow::writeTimestamp));
      insert.setArray(
          5, array(connection, "varchar", rows, JournalAkkaSerializationRow::adapterManifest));
      insert.setArray(
          6, array(connection, "integer", rows, JournalAkkaSerializationRow::eventSerId));
      insert.setArray(
          7, array(connection, "varchar", rows, JournalAkkaSerializationRow::eventSerManifest));
      insert.setArray(
          8,
          connection.createArrayOf(
              "bytea",
              rows.stream().map(JournalAkkaSerializationRow::eventPayload).toArray(byte[][]::new)));
      insert.executeUpdate();
    }
  }

  /** The highest sequence number of each entity, 0 where it has no events. */
  static List<Long> highest(Connection connection, List<String> persistenceIds)
      throws SQLException {
    Map<String, Long> found = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(HIGHEST)) {
      query.setArray(1, connection.createArrayOf("varchar", persistenceIds.toArray()));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          found.put(row.getString(1), row.getLong(2));
        }
      }
    }
    return persistenceIds.stream().map(id -> found.getOrDefault(id, 0L)).toList();
  }

  /** The rows of each range, in the order of the sequence numbers. */
  static List<List<JournalAkkaSerializationRow>> read(Connection connection, List<Range> ranges)
      throws SQLException {
    List<List<JournalAkkaSerializationRow>> answers = new ArrayList<>();
    ranges.forEach(range -> answers.add(new ArrayList<>()));
    try (PreparedStatement query = connection.prepareStatement(READ)) {
      query.setArray(1, array(connection, "varchar", ranges, Range::persistenceId));
      query.setArray(2, array(connection, "bigint", ranges, Range::from));
      query.setArray(3, array(connection, "bigint", ranges, Range::to));
      query.setArray(4, array(connection, "integer", ranges, Range::limit));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          int number = row.getInt(1) - 1;
          answers.get(number).add(row(ranges.get(number).persistenceId(), row));
        }
      }
    }
    return answers;
  }

  private static JournalAkkaSerializationRow row(String persistenceId, ResultSet row)
      throws SQLException {
    Option<byte[]> metaPayload = Option.apply(row.getBytes(10));
    return new JournalAkkaSerializationRow(
        row.getLong(2),
        false,
        persistenceId,
        row.getLong(3),
        row.getString(4),
        row.getLong(5),
        row.getString(6),
        row.getBytes(7),
        row.getInt(8),
        row.getString(9),
        metaPayload,
        metaPayload.isEmpty() ? Option.empty() : Option.apply(row.getInt(11)),
        Option.apply(row.getString(12)));
  }

  private static <T> Array array(
      Connection connection, String type, List<T> items, Function<T, Object> part)
      throws SQLException {
    return connection.createArrayOf(type, items.stream().map(part).toArray());
  }
}
