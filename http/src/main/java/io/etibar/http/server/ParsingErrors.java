package io.etibar.http.server;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;
import io.etibar.http.json.Answers;
import io.etibar.http.problem.Problem;

/** Problem documents for what is not HTTP. Named in akka-http.conf. */
public final class ParsingErrors extends ParsingErrorHandler {

  /** Where Akka looks for it, as for an object of Scala. */
  @SuppressWarnings("MemberName") // Akka's name.
  public static final ParsingErrors MODULE$ = new ParsingErrors();

  /** Akka tells too many headers from other faults by its words alone. */
  private static final String TOO_MANY_HEADERS =
      "HTTP message contains more than the configured limit of ";

  private ParsingErrors() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo info, LoggingAdapter log, ServerSettings settings) {
    return Answers.problem(
        switch (status.intValue()) {
          case 413 -> Problem.BODY_TOO_LARGE;
          case 414 -> Problem.URI_TOO_LONG;
          case 431 -> Problem.HEADERS_TOO_LARGE;
          default ->
              info.summary().startsWith(TOO_MANY_HEADERS)
                  ? Problem.HEADERS_TOO_LARGE
                  : Problem.REQUEST_MALFORMED;
        });
  }
}
