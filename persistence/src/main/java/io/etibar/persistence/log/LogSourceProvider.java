package io.etibar.persistence.log;

import akka.NotUsed;
import akka.projection.javadsl.SourceProvider;
import akka.stream.javadsl.Source;
import io.etibar.core.log.LogEvent;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The log for Akka Projection. The offset is the index of the last event that was handled. */
public final class LogSourceProvider extends SourceProvider<Long, LogEvent> {
  private final Feed feed;

  /** Reads from this node's feed. */
  public LogSourceProvider(Feed feed) {
    this.feed = feed;
  }

  @Override
  public CompletionStage<Source<LogEvent, NotUsed>> source(
      Supplier<CompletionStage<Optional<Long>>> offset) {
    return offset.get().thenApply(last -> feed.source(last.map(index -> index + 1).orElse(0L)));
  }

  @Override
  public Long extractOffset(LogEvent event) {
    return event.index();
  }

  @Override
  public long extractCreationTime(LogEvent event) {
    return event.writtenAt().toEpochMilli();
  }
}
