package io.etibar.http.server;

import akka.actor.ClassicActorSystemProvider;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.server.Route;
import akka.japi.function.Function;
import io.etibar.http.json.Answers;
import io.etibar.http.limits.InFlight;
import io.etibar.http.management.RequestMetrics;
import io.etibar.http.problem.Problem;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The first to see a request. Above the bound of what is in flight it turns the request away before
 * anything is looked at.
 *
 * <p>To turn away costs little but not nothing, and a client on an open connection that repeats at
 * once what was turned away could keep a processor busy with that alone. So the refusal is held
 * back for a while, on a timer and no thread, and the longer, the more of them there are: the
 * clients' connections are what bounds their pace then.
 */
final class Admission implements Function<HttpRequest, CompletionStage<HttpResponse>> {

  /** Refusals a second that this node may spend its processors on. */
  private static final int REFUSALS_PER_SECOND = 2_000;

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT");

  private final ActorSystem<?> system;
  private final Function<HttpRequest, CompletionStage<HttpResponse>> routes;
  private final InFlight inFlight;
  private final RequestMetrics metrics;
  private final Duration minDelay;
  private final Duration maxDelay;
  private final RequestIds ids = new RequestIds();
  private final HttpResponse refusal = Answers.problem(Problem.OVERLOADED);
  private final AtomicInteger held = new AtomicInteger();

  /**
   * @param minDelay how long a refusal is held back
   * @param maxDelay the same, when there are very many
   */
  Admission(
      ActorSystem<?> system,
      Route routes,
      InFlight inFlight,
      RequestMetrics metrics,
      Duration minDelay,
      Duration maxDelay) {
    this.system = system;
    this.routes = routes.function((ClassicActorSystemProvider) system);
    this.inFlight = inFlight;
    this.metrics = metrics;
    this.minDelay = minDelay;
    this.maxDelay = maxDelay;
  }

  @Override
  public CompletionStage<HttpResponse> apply(HttpRequest request) throws Exception {
    if (!inFlight.tryAdmit()) {
      return refuse(request);
    }
    Exchange exchange = new Exchange(ids.of(request));
    CompletionStage<HttpResponse> answer;
    try {
      answer = routes.apply(exchange.attachTo(request));
    } catch (Exception e) {
      answer = CompletableFuture.failedStage(e);
    }
    return answer.handle(
        (response, failure) -> {
          inFlight.release();
          HttpResponse given = failure == null ? response : Endpoint.answer(request, failure);
          record(request, exchange.template(), given, exchange.nanos());
          return given.addHeader(RawHeader.create(RequestIds.HEADER, exchange.requestId()));
        });
  }

  private CompletionStage<HttpResponse> refuse(HttpRequest request) {
    metrics.shed(RequestMetrics.Shed.IN_FLIGHT);
    CompletableFuture<HttpResponse> later = new CompletableFuture<>();
    Duration delay = delay(held.incrementAndGet());
    system
        .scheduler()
        .scheduleOnce(
            delay,
            () -> {
              held.decrementAndGet();
              record(request, RequestMetrics.UNMATCHED, refusal, delay.toNanos());
              later.complete(refusal);
            },
            system.executionContext());
    return later;
  }

  private Duration delay(int refusals) {
    Duration needed = Duration.ofMillis(1_000L * refusals / REFUSALS_PER_SECOND);
    if (needed.compareTo(minDelay) < 0) {
      return minDelay;
    }
    return needed.compareTo(maxDelay) > 0 ? maxDelay : needed;
  }

  private void record(HttpRequest request, String template, HttpResponse answer, long nanos) {
    // Anyone may send a method of any name: it must not become a series of its own.
    String method = request.method().value();
    String known = METHODS.contains(method) ? method : "other";
    metrics.record(template, known, answer.status().intValue(), nanos);
  }
}
