package io.etibar.persistence;

import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Writes events to the journal as the plugin does, without their entities. */
public final class TestJournal {
  private final TestNode node;
  private final Map<String, Long> sequenceNumbers = new ConcurrentHashMap<>();

  public TestJournal(TestNode node) {
    this.node = node;
  }

  /** Stores the event as the entity's next. */
  public void write(String persistenceId, Object event) {
    try (Connection connection = node.database().dataSource().getConnection()) {
      write(connection, persistenceId, event);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  void write(Connection connection, String persistenceId, Object event) throws SQLException {
    Serialization serialization = SerializationExtension.get(node.system());
    var serializer = serialization.findSerializerFor(event);
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp,
              adapter_manifest, event_ser_id, event_ser_manifest, event_payload)
            VALUES (?, ?, 'test', ?, '', ?, ?, ?)
            """)) {
      insert.setString(1, persistenceId);
      insert.setLong(2, sequenceNumbers.merge(persistenceId, 1L, Long::sum));
      insert.setLong(3, System.currentTimeMillis());
      insert.setInt(4, serializer.identifier());
      insert.setString(5, Serializers.manifestFor(serializer, event));
      insert.setBytes(6, serializer.toBinary(event));
      insert.executeUpdate();
    }
  }
}
