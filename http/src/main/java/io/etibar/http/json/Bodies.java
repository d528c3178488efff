package io.etibar.http.json;

import akka.actor.ClassicActorSystemProvider;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.MediaType;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.RequestEntity;
import akka.http.scaladsl.model.EntityStreamException;
import akka.http.scaladsl.model.EntityStreamSizeException;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** Takes the bodies of requests, within bounds of size and time. */
public final class Bodies {

  /** JSON lines. */
  public static final MediaType.WithFixedCharset NDJSON =
      MediaTypes.applicationWithFixedCharset(
          "x-ndjson", akka.http.javadsl.model.HttpCharsets.UTF_8, "ndjson");

  private static final int PASSED_BY = 16;

  private final ClassicActorSystemProvider system;
  private final int maxBytes;
  private final Duration timeout;

  /**
   * @param maxBytes the greatest body, or line of a stream of lines
   * @param timeout from a request's head to the end of its body
   */
  public Bodies(ClassicActorSystemProvider system, int maxBytes, Duration timeout) {
    this.system = system;
    this.maxBytes = maxBytes;
    this.timeout = timeout;
  }

  public int maxBytes() {
    return maxBytes;
  }

  /** The fields of a JSON body. */
  public CompletionStage<Fields> json(HttpRequest request) {
    return bytes(request, MediaTypes.APPLICATION_JSON).thenApply(Json::read);
  }

  /** The whole body, where it is of this media type. */
  public CompletionStage<ByteString> bytes(HttpRequest request, MediaType expected) {
    RequestEntity entity = request.entity();
    requireType(entity, expected);
    if (entity.getContentLengthOption().orElse(0) > maxBytes) {
      return tooLarge(entity);
    }
    if (entity instanceof HttpEntity.Strict strict) {
      return CompletableFuture.completedStage(strict.getData());
    }
    return entity
        .withSizeLimit(maxBytes)
        .toStrict(timeout.toMillis(), maxBytes, system)
        .handle(
            (strict, failure) -> {
              if (failure != null) {
                throw problem(failure);
              }
              return strict.getData();
            });
  }

  /**
   * Many clients read no answer before they have sent their body: what is a little too large is let
   * pass by first.
   */
  private CompletionStage<ByteString> tooLarge(RequestEntity entity) {
    return entity
        .withSizeLimit((long) PASSED_BY * maxBytes)
        .getDataBytes()
        .completionTimeout(timeout)
        .runWith(Sink.ignore(), system)
        .handle(
            (done, failure) -> {
              throw new ProblemException(Problem.BODY_TOO_LARGE);
            });
  }

  /** The lines of a body of JSON lines, as they come; the body may be of any length. */
  public Source<Lines.Line, Object> lines(HttpRequest request) {
    RequestEntity entity = request.entity();
    requireType(entity, NDJSON);
    return entity.withoutSizeLimit().getDataBytes().via(Lines.flow(maxBytes));
  }

  private static void requireType(RequestEntity entity, MediaType expected) {
    MediaType given = entity.getContentType().mediaType();
    // Parameters such as a charset may be there: JSON is UTF-8 whatever they say.
    if (!given.mainType().equals(expected.mainType())
        || !given.subType().equals(expected.subType())) {
      throw new ProblemException(
          ProblemDetails.of(Problem.MEDIA_TYPE_UNSUPPORTED, "Expected here: " + expected + "."));
    }
  }

  private static ProblemException problem(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException e && e.getCause() != null ? e.getCause() : failure;
    return switch (cause) {
      case EntityStreamSizeException e -> new ProblemException(Problem.BODY_TOO_LARGE);
      case TimeoutException e ->
          new ProblemException(
              ProblemDetails.of(Problem.REQUEST_MALFORMED, "The body did not come in time."));
      case EntityStreamException e ->
          new ProblemException(
              ProblemDetails.of(Problem.REQUEST_MALFORMED, "The body is not well-formed HTTP."));
      default ->
          new ProblemException(
              ProblemDetails.of(Problem.REQUEST_MALFORMED, "The body ended before its end."));
    };
  }
}
