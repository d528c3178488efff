package io.etibar.persistence.log;

import io.etibar.persistence.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The log's tables: appending to them, and reading along them.
 *
 * <p><b>Why nothing is missed, doubled or moved.</b> A row of the journal carries the number of its
 * transaction. {@code pg_snapshot_xmin} is the lowest number that was still running when the
 * statement's snapshot was taken, so that every transaction below it has ended: its rows are all
 * there, or never will be. Taking only rows below it, in the order of (transaction, ordering),
 * never leaves a place before the position where a row could still appear. Numbers are 64 bit and
 * do not wrap. The next index is the log's size, and the entry, the size and the position change in
 * one transaction that takes the head's row first and sets the size only if it is still the one it
 * saw.
 *
 * <p><b>Why one entity's events stay in order.</b> An entity writes event n+1 only after n was
 * acknowledged, that is, committed; its transaction begins to write after that and so gets a
 * greater number than the one that had got its number before it committed. Events of one
 * transaction are ordered by {@code ordering}, in which they were inserted. The same argument holds
 * between entities, where one's message caused the other's event: the log never shows an effect
 * before its cause.
 */
public final class LogStore {

  /** Steps of an append, at each of which a test may end it. */
  enum Step {
    HEAD_TAKEN,
    ENTRIES_WRITTEN,
    HEAD_MOVED,
    COMMITTED
  }

  /** What a test does at a step. */
  interface AtStep {
    void reached(Step step) throws SQLException;
  }

  /** Told of the first event that waits for its index. */
  record Waiting(Instant writtenAt, boolean ready) {
    Duration age(Instant now) {
      Duration age = Duration.between(writtenAt, now);
      return age.isNegative() ? Duration.ZERO : age;
    }
  }

  /**
   * An event as it is stored. Rows are passed on and never compared, so that the bytes may be bare.
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Row(
      long index,
      String persistenceId,
      long sequenceNumber,
      int serializerId,
      String manifest,
      byte[] payload,
      Instant writtenAt) {}

  private static final String NEXT =
      """
      SELECT j.write_timestamp, j.xid < pg_snapshot_xmin(pg_current_snapshot())
      FROM log_head h,
           LATERAL (SELECT xid, write_timestamp FROM event_journal
                    WHERE (xid, ordering) > (h.last_xid, h.last_ordering)
                    ORDER BY xid, ordering LIMIT 1) j
      WHERE h.id = 1
      """;

  private static final String APPEND =
      """
      WITH appended AS (
        INSERT INTO log_entry (idx, xid, ordering)
        SELECT h.size + row_number() OVER (ORDER BY j.xid, j.ordering) - 1, j.xid, j.ordering
        FROM log_head h,
             LATERAL (SELECT xid, ordering FROM event_journal
                      WHERE (xid, ordering) > (h.last_xid, h.last_ordering)
                        AND xid < pg_snapshot_xmin(pg_current_snapshot())
                      ORDER BY xid, ordering LIMIT ?) j
        WHERE h.id = 1
        RETURNING idx)
      SELECT coalesce(max(idx), -1) FROM appended
      """;

  private static final String MOVE_HEAD =
      """
      UPDATE log_head h SET size = e.idx + 1, last_xid = e.xid, last_ordering = e.ordering
      FROM log_entry e
      WHERE h.id = 1 AND h.size = ? AND e.idx = ?
      """;

  // OFFSET 0 keeps the planner from any other plan than one look-up an entry: right after a bulk
  // load, with old statistics, it would rather read the whole journal.
  private static final String READ =
      """
      SELECT l.idx, j.persistence_id, j.sequence_number, j.event_ser_id, j.event_ser_manifest,
             j.event_payload, j.write_timestamp
      FROM (SELECT idx, xid, ordering FROM log_entry WHERE %s ORDER BY idx LIMIT ?) l,
           LATERAL (SELECT * FROM event_journal j
                    WHERE j.xid = l.xid AND j.ordering = l.ordering OFFSET 0) j
      ORDER BY l.idx
      """;

  private static final String READ_FROM = READ.formatted("idx >= ?");
  private static final String READ_THESE = READ.formatted("idx = ANY (?)");

  private final AtStep atStep;

  /** A store. */
  public LogStore() {
    this(step -> {});
  }

  LogStore(AtStep atStep) {
    this.atStep = atStep;
  }

  /** The first event that has no index yet, if there is one. */
  Optional<Waiting> waiting(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(NEXT)) {
      return row.next()
          ? Optional.of(new Waiting(Instant.ofEpochMilli(row.getLong(1)), row.getBoolean(2)))
          : Optional.empty();
    }
  }

  /**
   * Gives the next events their indexes, in one transaction.
   *
   * @return how many; fewer than the limit when there are no more for now
   */
  int append(Connection connection, int limit) throws SQLException {
    int appended = Database.inTransaction(connection, inside -> appendInside(inside, limit));
    atStep.reached(Step.COMMITTED);
    return appended;
  }

  private int appendInside(Connection connection, int limit) throws SQLException {
    long size = size(connection, " FOR UPDATE");
    atStep.reached(Step.HEAD_TAKEN);
    long last;
    try (PreparedStatement append = connection.prepareStatement(APPEND)) {
      append.setInt(1, limit);
      last = number(append);
    }
    atStep.reached(Step.ENTRIES_WRITTEN);
    if (last < 0) {
      return 0;
    }
    try (PreparedStatement move = connection.prepareStatement(MOVE_HEAD)) {
      move.setLong(1, size);
      move.setLong(2, last);
      if (move.executeUpdate() != 1) {
        throw new SQLException("Another sequencer appended to the log at " + size);
      }
    }
    atStep.reached(Step.HEAD_MOVED);
    return Math.toIntExact(last + 1 - size);
  }

  /** How many events the log has. */
  public long size(Connection connection) throws SQLException {
    return size(connection, "");
  }

  private static long size(Connection connection, String suffix) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT size FROM log_head WHERE id = 1" + suffix)) {
      return number(statement);
    }
  }

  /** The events from an index on, in order. */
  public List<Row> read(Connection connection, long from, int limit) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ_FROM)) {
      statement.setLong(1, from);
      statement.setInt(2, limit);
      return rows(statement);
    }
  }

  /** The events at these indexes, in order. */
  public List<Row> read(Connection connection, List<Long> indexes) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(READ_THESE)) {
      statement.setArray(1, connection.createArrayOf("bigint", indexes.toArray()));
      statement.setInt(2, indexes.size());
      return rows(statement);
    }
  }

  private static List<Row> rows(PreparedStatement statement) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        rows.add(
            new Row(
                result.getLong(1),
                result.getString(2),
                result.getLong(3),
                result.getInt(4),
                result.getString(5),
                result.getBytes(6),
                Instant.ofEpochMilli(result.getLong(7))));
      }
    }
    return rows;
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("The log has no head; were the migrations run?");
      }
      return row.getLong(1);
    }
  }
}
