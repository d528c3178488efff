package io.etibar.http.server;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.headers.Allow;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.ExceptionHandler;
import akka.http.javadsl.server.MethodRejection;
import akka.http.javadsl.server.Rejection;
import akka.http.javadsl.server.RejectionHandler;
import akka.http.javadsl.server.Route;
import io.etibar.http.json.Answers;
import io.etibar.http.problem.Problem;
import java.util.List;

/** Problem documents for requests that no route takes. */
public final class Rejections {

  private Rejections() {}

  /** The routes, so that every request is answered, and every failure with a problem document. */
  public static Route seal(Route routes) {
    return routes.seal(rejections(), exceptions());
  }

  private static RejectionHandler rejections() {
    return RejectionHandler.newBuilder()
        .handleAll(MethodRejection.class, Rejections::methodNotAllowed)
        .handle(Rejection.class, rejection -> complete(Problem.REQUEST_MALFORMED))
        .handleNotFound(complete(Problem.NOT_FOUND))
        .build();
  }

  private static Route methodNotAllowed(List<MethodRejection> rejections) {
    HttpMethod[] supported =
        rejections.stream().map(MethodRejection::supported).distinct().toArray(HttpMethod[]::new);
    return Directives.complete(
        Answers.problem(Problem.METHOD_NOT_ALLOWED).addHeader(Allow.create(supported)));
  }

  private static Route complete(Problem problem) {
    return Directives.complete(Answers.problem(problem));
  }

  private static ExceptionHandler exceptions() {
    return ExceptionHandler.newBuilder()
        .matchAny(
            failure ->
                Directives.extractRequest(
                    request -> Directives.complete(Endpoint.answer(request, failure))))
        .build();
  }
}
