package io.etibar.http.json;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;

/** Answers with a JSON body. */
public final class Answers {

  /** {@code application/problem+json}, without a charset as RFC 9457 has it. */
  public static final ContentType PROBLEM =
      MediaTypes.applicationWithFixedCharset(
              "problem+json", akka.http.javadsl.model.HttpCharsets.UTF_8, "json")
          .toContentType();

  private static final String CHALLENGE = "Bearer realm=\"etibar\"";

  private Answers() {}

  /** 200. */
  public static HttpResponse ok(Json.Writer body) {
    return json(StatusCodes.OK, body);
  }

  /** 201. */
  public static HttpResponse created(Json.Writer body) {
    return json(StatusCodes.CREATED, body);
  }

  /** 201 where something came to be, 200 where it was there. */
  public static HttpResponse put(boolean created, Json.Writer body) {
    return json(created ? StatusCodes.CREATED : StatusCodes.OK, body);
  }

  /** An answer of this status. */
  public static HttpResponse json(StatusCode status, Json.Writer body) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, Json.bytes(body)));
  }

  /** The answer that a problem is. */
  public static HttpResponse problem(ProblemException e) {
    return problem(e.details(), e.retryAfterSeconds());
  }

  /** The answer that a problem is. */
  public static HttpResponse problem(Problem problem) {
    return problem(ProblemDetails.of(problem), 1);
  }

  private static HttpResponse problem(ProblemDetails details, int retryAfterSeconds) {
    Problem problem = details.problem();
    HttpResponse answer =
        HttpResponse.create()
            .withStatus(problem.status())
            .withEntity(
                HttpEntities.create(PROBLEM, Json.bytes(json -> Json.writeProblem(json, details))));
    return switch (problem.status()) {
      case 401 -> answer.addHeader(RawHeader.create("WWW-Authenticate", challenge(problem)));
      case 429, 503 ->
          answer.addHeader(RawHeader.create("Retry-After", Integer.toString(retryAfterSeconds)));
      default -> answer;
    };
  }

  /** RFC 6750 §3: no error is named to one who sent no token. */
  private static String challenge(Problem problem) {
    return switch (problem) {
      case TOKEN_INVALID, TOKEN_EXPIRED -> CHALLENGE + ", error=\"invalid_token\"";
      default -> CHALLENGE;
    };
  }
}
