package io.etibar.persistence.log;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Writes rows to the journal as the plugin does, in a transaction that the test ends. */
final class JournalWriter {
  private JournalWriter() {}

  static void write(Connection connection, String persistenceId, long first, int count)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp,
              adapter_manifest, event_ser_id, event_ser_manifest, event_payload)
            VALUES (?, ?, 'test', ?, '', 20, 'S', ?)
            """)) {
      for (long sequenceNumber = first; sequenceNumber < first + count; sequenceNumber++) {
        insert.setString(1, persistenceId);
        insert.setLong(2, sequenceNumber);
        insert.setLong(3, System.currentTimeMillis());
        insert.setBytes(4, (persistenceId + "#" + sequenceNumber).getBytes(StandardCharsets.UTF_8));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }
}
