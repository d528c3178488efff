package io.etibar.http.spec;

import io.etibar.http.spec.OpenApi.Described;
import io.etibar.http.spec.OpenApi.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests and their answers, judged by the description as they come. What was seen is remembered,
 * so that in the end everything that is described can be asked for.
 */
public final class Exchanges {

  /** An operation and a status that it answered. */
  public record Seen(String operation, int status) {}

  /**
   * A request and its answer.
   *
   * @param path with its query
   * @param requestType the media type of the request's body, empty where it has none
   * @param header finds a header of the answer
   */
  public record Exchange(
      String method,
      String path,
      String requestType,
      String requestBody,
      int status,
      java.util.function.Function<String, Optional<String>> header,
      String body) {

    String type() {
      return header.apply("Content-Type").map(Exchanges::bare).orElse("");
    }
  }

  private final OpenApi api;
  private final Set<Seen> seen = ConcurrentHashMap.newKeySet();

  public Exchanges(OpenApi api) {
    this.api = api;
  }

  public Set<Seen> seen() {
    return Set.copyOf(seen);
  }

  /** What of the exchange contradicts the description; empty if nothing does. */
  public List<String> judge(Exchange exchange) {
    String path = exchange.path().replaceFirst("\\?.*", "");
    Optional<Operation> found = api.find(exchange.method(), path);
    if (found.isEmpty()) {
      return exchange.status() == 404 || exchange.status() == 405
          ? judgeProblem(exchange)
          : List.of("no such operation is described, and it answers " + exchange.status());
    }
    Operation operation = found.get();
    seen.add(new Seen(operation.id(), exchange.status()));
    if (!api.statuses(operation).contains(exchange.status())) {
      return List.of("status " + exchange.status() + " is not described: " + exchange.body());
    }
    List<String> wrong = new ArrayList<>();
    wrong.addAll(judgeRequest(operation, exchange));
    wrong.addAll(judgeAnswer(api.response(operation, exchange.status()), exchange));
    return wrong;
  }

  /** A request that was taken has to be one that is described. */
  private List<String> judgeRequest(Operation operation, Exchange exchange) {
    Optional<Described> described = api.request(operation);
    boolean taken = exchange.status() < 300;
    String type = bare(exchange.requestType());
    if (described.isEmpty() || !taken || type.equals("application/x-ndjson")) {
      return List.of();
    }
    if (!described.get().mediaTypes().contains(type)) {
      return List.of("a body of " + type + " is taken, and not described");
    }
    if (!type.equals("application/json")) {
      return List.of();
    }
    return api.judge(described.get().schemaPointer(type), exchange.requestBody()).stream()
        .map(message -> "a body is taken that is not described: " + message)
        .toList();
  }

  private List<String> judgeAnswer(Described described, Exchange exchange) {
    List<String> wrong = new ArrayList<>();
    described
        .node()
        .path("headers")
        .properties()
        .forEach(
            header -> {
              var node = api.described(described.pointer() + "/headers/" + header.getKey()).node();
              if (node.path("required").asBoolean()
                  && exchange.header().apply(header.getKey()).isEmpty()) {
                wrong.add("the header " + header.getKey() + " is missing");
              }
            });
    String type = exchange.type();
    if (!described.mediaTypes().contains(type)) {
      wrong.add("a body of " + type + " is not described");
    } else if (type.equals("application/x-ndjson")) {
      exchange
          .body()
          .lines()
          .forEach(line -> wrong.addAll(api.judge(described.schemaPointer(type), line)));
    } else if (type.endsWith("json")) {
      wrong.addAll(api.judge(described.schemaPointer(type), exchange.body()));
    }
    return wrong;
  }

  private List<String> judgeProblem(Exchange exchange) {
    return exchange.type().equals("application/problem+json")
        ? api.judge("/components/schemas/Problem", exchange.body())
        : List.of("an error without a problem document: " + exchange.type());
  }

  private static String bare(String contentType) {
    return contentType.replaceFirst(";.*", "").strip();
  }
}
