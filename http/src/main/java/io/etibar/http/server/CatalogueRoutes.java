package io.etibar.http.server;

import static io.etibar.http.server.Endpoint.endpoint;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import com.fasterxml.jackson.core.JsonGenerator;
import io.etibar.http.json.Answers;
import io.etibar.http.json.Json;
import io.etibar.http.problem.Problem;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The catalogue of problems, for everyone. */
public final class CatalogueRoutes extends AllDirectives {
  private final HttpResponse catalogue = Answers.ok(CatalogueRoutes::write);

  private static void write(JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Problem problem : Problem.values()) {
      json.writeStartObject();
      json.writeStringField("code", problem.name());
      json.writeNumberField("status", problem.status());
      json.writeStringField("title", problem.documentation());
      json.writeStringField("type", Json.typeOf(problem));
      json.writeStringField("retry", problem.retry().name());
      if (problem.isoReason().isPresent()) {
        json.writeStringField("reason", problem.isoReason().get());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** All of them. */
  public Route route() {
    // GET /v1/problems
    return path(
        "problems",
        () ->
            get(
                () ->
                    endpoint(
                        "/v1/problems", request -> CompletableFuture.completedStage(catalogue))));
  }
}
