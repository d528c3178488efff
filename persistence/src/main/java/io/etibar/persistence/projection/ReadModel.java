package io.etibar.persistence.projection;

import io.etibar.core.log.LogEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Tables that follow the log. One group of events is one transaction, with the offset in it. */
public interface ReadModel {

  /** How groups are cut. */
  enum Pace {
    /** Small groups: somebody reads what he has just done. */
    PROMPT,
    /** Large groups: most of it cancels itself out. */
    LAZY
  }

  /** A stable name, such as {@code payment-history}. */
  String name();

  /** How its groups are cut. */
  default Pace pace() {
    return Pace.PROMPT;
  }

  /**
   * Writes what the events change. Idempotent: after a rebuild was cut off, events may come again.
   * Neither commits nor rolls back.
   */
  void apply(Connection connection, List<LogEvent> events) throws SQLException;

  /** Empties the tables, before a rebuild. Neither commits nor rolls back. */
  void clear(Connection connection) throws SQLException;
}
