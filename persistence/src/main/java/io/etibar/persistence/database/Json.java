package io.etibar.persistence.database;

import akka.actor.typed.ActorSystem;
import akka.serialization.jackson.JacksonObjectMapperProvider;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/** Values in columns of read models, written as events are. */
public final class Json {
  private final ObjectMapper mapper;

  /** Writes and reads as this system's events are. */
  public Json(ActorSystem<?> system) {
    this.mapper =
        JacksonObjectMapperProvider.get(system).getOrCreate("jackson-json", Optional.empty());
  }

  /** The value as JSON. */
  public String write(Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A value of ours cannot be written as JSON", e);
    }
  }

  /** The value that was written. */
  public <T> T read(String json, Class<T> type) {
    try {
      return mapper.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A read model holds what cannot be read; rebuild it", e);
    }
  }
}
