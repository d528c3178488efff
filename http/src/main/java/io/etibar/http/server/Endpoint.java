package io.etibar.http.server;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;
import io.etibar.http.entity.Asks;
import io.etibar.http.json.Answers;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a route: what handles a request whose method and path have matched. */
public final class Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);

  /** Handles a request; a {@link ProblemException}, thrown or in the stage, is its answer. */
  @FunctionalInterface
  public interface Handler {
    CompletionStage<HttpResponse> handle(HttpRequest request);
  }

  private Endpoint() {}

  /**
   * Completes a route.
   *
   * @param template the route's path as the API's description writes it
   */
  public static Route endpoint(String template, Handler handler) {
    return Directives.handle(
        request -> {
          Exchange.matched(request, template);
          return answer(request, handler);
        });
  }

  private static CompletionStage<HttpResponse> answer(HttpRequest request, Handler handler) {
    try {
      return handler.handle(request).exceptionally(failure -> answer(request, failure));
    } catch (RuntimeException e) {
      return CompletableFuture.completedStage(answer(request, e));
    }
  }

  static HttpResponse answer(HttpRequest request, Throwable failure) {
    Throwable cause = Asks.cause(failure);
    if (cause instanceof ProblemException problem) {
      return Answers.problem(problem);
    }
    LOG.error("Request {} failed", Exchange.idOf(request), cause);
    return Answers.problem(Problem.INTERNAL);
  }
}
