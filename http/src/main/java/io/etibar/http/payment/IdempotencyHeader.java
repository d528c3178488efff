package io.etibar.http.payment;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import io.etibar.core.payment.IdempotencyKey;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;

/** The headers that make a repeated request safe (IETF draft httpapi-idempotency-key-header). */
final class IdempotencyHeader {
  private static final String KEY = "idempotency-key";
  private static final HttpHeader REPLAYED = RawHeader.create("Idempotency-Replayed", "true");

  private IdempotencyHeader() {}

  /** The key of a request; in quotes, as the draft has it, or without. */
  static IdempotencyKey keyOf(HttpRequest request) {
    String value = null;
    for (HttpHeader header : request.getHeaders()) {
      if (header.is(KEY)) {
        if (value != null) {
          throw invalid("Several keys are given.");
        }
        value = header.value();
      }
    }
    if (value == null) {
      throw new ProblemException(Problem.IDEMPOTENCY_KEY_MISSING);
    }
    try {
      return new IdempotencyKey(unquoted(value));
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.IDEMPOTENCY_KEY_INVALID);
    }
  }

  /** Takes the quotes of a structured field's string off (RFC 8941 §3.3.3). */
  private static String unquoted(String value) {
    if (!value.startsWith("\"")) {
      return value;
    }
    StringBuilder text = new StringBuilder();
    int i = 1;
    for (; i < value.length() && value.charAt(i) != '"'; i++) {
      if (value.charAt(i) == '\\') {
        i++;
        if (i == value.length() || (value.charAt(i) != '"' && value.charAt(i) != '\\')) {
          throw invalid("The string in quotes is not well-formed.");
        }
      }
      text.append(value.charAt(i));
    }
    if (i != value.length() - 1) {
      throw invalid("The string in quotes is not well-formed.");
    }
    return text.toString();
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemDetails.of(Problem.IDEMPOTENCY_KEY_INVALID, detail));
  }

  /** Says that an answer was given before. */
  static HttpResponse mark(HttpResponse answer, boolean replayed) {
    return replayed ? answer.addHeader(REPLAYED) : answer;
  }
}
