package io.etibar.http.management;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import akka.util.ByteString;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.etibar.cluster.ManagementSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The server on the management port. */
public final class ManagementServer extends AllDirectives {

  /** How long connections may finish what they are at when the node stops. */
  private static final Duration STOP = Duration.ofSeconds(2);

  private static final ContentType PROMETHEUS =
      MediaTypes.customWithOpenCharset("text", "plain", Map.of("version", "0.0.4"), false)
          .toContentType(HttpCharsets.UTF_8);

  private final Readiness readiness;
  private final PrometheusMeterRegistry registry;
  private final ObjectMapper json = new ObjectMapper();

  private ManagementServer(Readiness readiness, PrometheusMeterRegistry registry) {
    this.readiness = readiness;
    this.registry = registry;
  }

  /**
   * Binds the server. It stops with the actor system, after the public server has.
   *
   * @param akka what is mounted of Akka's own routes
   */
  public static CompletionStage<ServerBinding> start(
      ActorSystem<?> system,
      ManagementSettings settings,
      Readiness readiness,
      PrometheusMeterRegistry registry,
      Route akka) {
    Route route = routes(readiness, registry, akka);
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .bind(route)
        .thenApply(binding -> binding.addToCoordinatedShutdown(STOP, system));
  }

  static Route routes(Readiness readiness, PrometheusMeterRegistry registry, Route akka) {
    ManagementServer server = new ManagementServer(readiness, registry);
    return server.concat(server.own(), akka);
  }

  private HttpResponse alive() {
    return respond(StatusCodes.OK, "{\"status\":\"ALIVE\"}");
  }

  private HttpResponse ready(Readiness.Report report) {
    try {
      return respond(
          report.isReady() ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE,
          json.writeValueAsString(report));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report that cannot be written", e);
    }
  }

  private HttpResponse metrics() {
    return HttpResponse.create()
        .withEntity(HttpEntities.create(PROMETHEUS, ByteString.fromString(registry.scrape())));
  }

  private static HttpResponse respond(StatusCode status, String body) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, body));
  }

  private Route own() {
    return concat(
        // GET /alive
        path("alive", () -> get(() -> complete(alive()))),
        // GET /ready
        path(
            "ready",
            () -> get(() -> onSuccess(readiness::report, report -> complete(ready(report))))),
        // GET /metrics
        path("metrics", () -> get(() -> complete(metrics()))));
  }
}
