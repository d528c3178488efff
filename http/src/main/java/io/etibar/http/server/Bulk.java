package io.etibar.http.server;

import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.fasterxml.jackson.core.JsonGenerator;
import io.etibar.http.entity.Asks;
import io.etibar.http.json.Bodies;
import io.etibar.http.json.Fields;
import io.etibar.http.json.Json;
import io.etibar.http.json.Lines;
import io.etibar.http.limits.InFlight;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams of lines: a line in, a line out, in order. Each line waits for its room among all that is
 * in flight, and so the client is slowed down to what the node can do.
 */
public final class Bulk {
  private static final Logger LOG = LoggerFactory.getLogger(Bulk.class);

  /** Answers that are ready together leave together, up to this many bytes. */
  private static final long CHUNK = 16 * 1024;

  /**
   * What became of a line.
   *
   * @param status the HTTP status that it would have had as a request of its own
   * @param name the field of the body
   */
  public record Result(int status, boolean replayed, String name, Json.Writer body) {

    /** A problem. */
    public static Result of(ProblemException e) {
      return new Result(
          e.details().problem().status(),
          false,
          "problem",
          json -> Json.writeProblem(json, e.details()));
    }

    /** The same, as the answer to a repeated line or to a first one. */
    public Result replayed(boolean replayed) {
      return new Result(status, replayed, name, body);
    }
  }

  /** A line that was read into something, or could not be. */
  public sealed interface Item<T> {
    long number();
  }

  /** A line that was read. */
  public record Good<T>(long number, T value) implements Item<T> {}

  /** A line that is answered with a problem. */
  public record Bad<T>(long number, ProblemException problem) implements Item<T> {}

  private final InFlight inFlight;
  private final int parallelism;

  /**
   * @param parallelism how many lines of one stream are worked on at once
   */
  public Bulk(InFlight inFlight, int parallelism) {
    this.inFlight = inFlight;
    this.parallelism = parallelism;
  }

  /** Reads each line. */
  public static <T> Source<Item<T>, Object> read(
      Source<Lines.Line, Object> lines, Function<Fields, T> reader) {
    return lines.map(
        line ->
            switch (line) {
              case Lines.TooLong(var number) ->
                  new Bad<>(number, new ProblemException(Problem.BODY_TOO_LARGE));
              case Lines.Text text -> read(text, reader);
            });
  }

  private static <T> Item<T> read(Lines.Text text, Function<Fields, T> reader) {
    try {
      Fields fields = Json.read(text.bytes());
      T value = reader.apply(fields);
      fields.end();
      return new Good<>(text.number(), value);
    } catch (ProblemException e) {
      return new Bad<>(text.number(), e);
    }
  }

  /** Works on each item, and streams what became of it. */
  public <T> HttpResponse answer(
      Source<Item<T>, Object> items, Function<T, CompletionStage<Result>> work) {
    Source<ByteString, Object> answers =
        items
            .mapAsync(parallelism, item -> answer(item, work))
            .batchWeighted(CHUNK, bytes -> (long) bytes.size(), bytes -> bytes, ByteString::concat);
    return HttpResponse.create()
        .withEntity(HttpEntities.createChunked(Bodies.NDJSON.toContentType(), answers));
  }

  private <T> CompletionStage<ByteString> answer(
      Item<T> item, Function<T, CompletionStage<Result>> work) {
    return switch (item) {
      case Bad<T>(var number, var problem) ->
          CompletableFuture.completedStage(line(number, Result.of(problem)));
      case Good<T>(var number, var value) ->
          inFlight
              .admitLine()
              .thenCompose(admitted -> work.apply(value))
              .handle(
                  (result, failure) -> {
                    inFlight.releaseLine();
                    return line(number, failure == null ? result : Result.of(problem(failure)));
                  });
    };
  }

  /** The problem that a failure is shown as. */
  public static ProblemException problem(Throwable failure) {
    Throwable cause = Asks.cause(failure);
    if (cause instanceof ProblemException problem) {
      return problem;
    }
    LOG.error("A line failed", cause);
    return new ProblemException(Problem.INTERNAL);
  }

  private static ByteString line(long number, Result result) {
    return Json.line(json -> write(json, number, result));
  }

  private static void write(JsonGenerator json, long number, Result result) throws IOException {
    json.writeStartObject();
    json.writeNumberField("line", number);
    json.writeNumberField("status", result.status());
    if (result.replayed()) {
      json.writeBooleanField("replayed", true);
    }
    json.writeFieldName(result.name());
    result.body().write(json);
    json.writeEndObject();
  }
}
