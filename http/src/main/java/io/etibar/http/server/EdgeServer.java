package io.etibar.http.server;

import akka.actor.typed.ActorSystem;
import akka.event.Logging;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Route;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.javadsl.Flow;
import io.etibar.http.limits.InFlight;
import io.etibar.http.management.RequestMetrics;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Binds the routes to the public port. */
public final class EdgeServer {

  /**
   * Where and how the server listens.
   *
   * @param headTimeout how long the head of a request may be awaited on an open connection
   * @param minShedDelay how long a refusal for overload is held back at least
   * @param maxShedDelay how long it is held back at most
   * @param stopTimeout how long requests may take to finish when the node stops
   */
  public record Settings(
      String host,
      int port,
      Duration headTimeout,
      Duration minShedDelay,
      Duration maxShedDelay,
      Duration stopTimeout) {}

  private EdgeServer() {}

  /** Binds the server; it stops with the actor system, and lets requests finish first. */
  public static CompletionStage<ServerBinding> start(
      ActorSystem<?> system,
      Settings settings,
      Route routes,
      InFlight inFlight,
      RequestMetrics metrics) {
    metrics.observeInFlight(inFlight::current);
    Admission admission =
        new Admission(
            system,
            Rejections.seal(routes),
            inFlight,
            metrics,
            settings.minShedDelay(),
            settings.maxShedDelay());
    int pipelining = ServerSettings.create(system.settings().config()).getPipeliningLimit();
    Flow<HttpRequest, HttpResponse, ?> connection =
        Flow.of(HttpRequest.class)
            .via(new HeadTimeout(settings.headTimeout()))
            .mapAsync(pipelining, admission);
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        // A logger of its own: Akka warns of every stream that is answered while it is being sent.
        .logTo(Logging.getLogger(system.classicSystem(), EdgeServer.class))
        .bindFlow(connection)
        .thenApply(binding -> binding.addToCoordinatedShutdown(settings.stopTimeout(), system));
  }
}
