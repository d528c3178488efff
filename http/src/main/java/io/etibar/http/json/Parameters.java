package io.etibar.http.json;

import akka.http.javadsl.model.HttpRequest;
import akka.http.scaladsl.model.IllegalUriException;
import akka.japi.Pair;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query. Each failure names the parameter, with 400. */
public final class Parameters {

  /** How many items a page has where the client does not say. */
  public static final int DEFAULT_LIMIT = 50;

  /** How many items a page has at most. */
  public static final int MAX_LIMIT = 100;

  private static final int MAX_LENGTH = 200;

  private final Map<String, String> values;

  private Parameters(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @param known the parameters that exist here
   * @throws ProblemException with {@code PARAMETER_INVALID}
   */
  public static Parameters of(HttpRequest request, Set<String> known) {
    Map<String, String> values = new HashMap<>();
    for (Pair<String, String> parameter : pairs(request)) {
      String name = parameter.first();
      if (!known.contains(name)) {
        throw invalid("query", "has a parameter that does not exist here");
      }
      if (values.put(name, parameter.second()) != null) {
        throw invalid(name, "must be given once");
      }
      if (parameter.second().isEmpty() || parameter.second().length() > MAX_LENGTH) {
        throw invalid(name, "must have 1 to " + MAX_LENGTH + " characters");
      }
    }
    return new Parameters(values);
  }

  private static List<Pair<String, String>> pairs(HttpRequest request) {
    try {
      return request.getUri().query().toList();
    } catch (IllegalUriException e) {
      throw invalid("query", "is not well-formed");
    }
  }

  /** A text, or null where it is not given. */
  public @Nullable String text(String name) {
    return values.get(name);
  }

  /** A value whose constructor judges it, or null where it is not given. */
  public <T> @Nullable T value(String name, Function<String, T> constructor) {
    String text = values.get(name);
    if (text == null) {
      return null;
    }
    try {
      return constructor.apply(text);
    } catch (IllegalArgumentException e) {
      throw invalid(name, String.valueOf(e.getMessage()));
    }
  }

  /** An instant as RFC 3339 writes it, or null where it is not given. */
  public @Nullable Instant instant(String name) {
    return value(
        name,
        text -> {
          try {
            return OffsetDateTime.parse(text).toInstant();
          } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                "must be an instant such as 2026-12-31T23:59:59Z", e);
          }
        });
  }

  /** How many items a page has. */
  public int limit() {
    Integer limit =
        value(
            "limit",
            text -> {
              if (!text.matches("[0-9]{1,3}")) {
                throw new IllegalArgumentException(limits());
              }
              return Integer.parseInt(text);
            });
    if (limit == null) {
      return DEFAULT_LIMIT;
    }
    if (limit < 1 || limit > MAX_LIMIT) {
      throw invalid("limit", limits());
    }
    return limit;
  }

  private static String limits() {
    return "must be a whole number from 1 to " + MAX_LIMIT;
  }

  /** The problem of a parameter. */
  public static ProblemException invalid(String name, String detail) {
    return new ProblemException(ProblemDetails.field(Problem.PARAMETER_INVALID, name, detail));
  }
}
