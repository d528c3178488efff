package io.etibar.persistence.log;

import akka.actor.typed.ActorSystem;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import io.etibar.core.log.LogEvent;
import java.util.ArrayList;
import java.util.List;

/** Turns stored rows into events, by the serializers that wrote them. */
public final class EventDecoder {
  private final Serialization serialization;

  /** Decodes by the serializers of this system. */
  public EventDecoder(ActorSystem<?> system) {
    this.serialization = SerializationExtension.get(system);
  }

  /** The rows as events. */
  public List<LogEvent> decode(List<LogStore.Row> rows) {
    List<LogEvent> events = new ArrayList<>(rows.size());
    for (LogStore.Row row : rows) {
      events.add(decode(row));
    }
    return events;
  }

  /**
   * The row as an event.
   *
   * @throws IllegalStateException when this release cannot read it: better to stop than to skip
   */
  public LogEvent decode(LogStore.Row row) {
    var event = serialization.deserialize(row.payload(), row.serializerId(), row.manifest());
    if (event.isFailure()) {
      throw new IllegalStateException(
          "Event "
              + row.index()
              + " of the log ("
              + row.manifest()
              + " of "
              + row.persistenceId()
              + ") cannot be read",
          event.failed().get());
    }
    return new LogEvent(
        row.index(), row.persistenceId(), row.sequenceNumber(), event.get(), row.writtenAt());
  }
}
