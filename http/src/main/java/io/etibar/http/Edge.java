package io.etibar.http;

import static akka.http.javadsl.server.Directives.concat;
import static akka.http.javadsl.server.Directives.pathPrefix;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.server.Route;
import com.nimbusds.jose.jwk.ECKey;
import io.etibar.core.biller.BillerCatalogue;
import io.etibar.core.participant.AssertionRegistry;
import io.etibar.core.participant.ParticipantCatalogue;
import io.etibar.core.payment.PaymentHistory;
import io.etibar.core.privacy.Vault;
import io.etibar.http.bill.BillRoutes;
import io.etibar.http.biller.BillerRoutes;
import io.etibar.http.docs.DocsRoutes;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Directory;
import io.etibar.http.entity.Shards;
import io.etibar.http.json.Bodies;
import io.etibar.http.limits.InFlight;
import io.etibar.http.limits.RateLimits;
import io.etibar.http.management.RequestMetrics;
import io.etibar.http.participant.ParticipantRoutes;
import io.etibar.http.payment.PaymentRoutes;
import io.etibar.http.security.Guard;
import io.etibar.http.security.TokenIssuer;
import io.etibar.http.security.TokenKeys;
import io.etibar.http.security.TokenRoutes;
import io.etibar.http.security.Tokens;
import io.etibar.http.server.Bulk;
import io.etibar.http.server.CatalogueRoutes;
import io.etibar.http.server.EdgeServer;
import io.etibar.http.server.Rejections;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/** The HTTP edge of a node: all routes over the entities and the ports of the core. */
public final class Edge {

  /** What the routes read that no entity answers. */
  public record Ports(
      ParticipantCatalogue participants,
      BillerCatalogue billers,
      PaymentHistory payments,
      AssertionRegistry assertions,
      Vault vault) {}

  private final ActorSystem<?> system;
  private final EdgeSettings settings;
  private final RequestMetrics metrics;
  private final InFlight inFlight;
  private final Tokens tokens;
  private final Route routes;

  /** With the key of the access tokens where the settings say that it lies. */
  public static Edge create(
      ActorSystem<?> system,
      EdgeSettings settings,
      Shards shards,
      Ports ports,
      RequestMetrics metrics,
      InstantSource clock)
      throws IOException {
    ECKey key =
        settings.tokenKeyFile().isPresent()
            ? TokenKeys.load(settings.tokenKeyFile().get())
            : TokenKeys.loadOrCreate(settings.dataDir().resolve("keys").resolve("token.jwk"));
    return new Edge(system, settings, shards, ports, key, metrics, clock);
  }

  /**
   * @param tokenKey signs access tokens
   */
  public Edge(
      ActorSystem<?> system,
      EdgeSettings settings,
      Shards shards,
      Ports ports,
      ECKey tokenKey,
      RequestMetrics metrics,
      InstantSource clock) {
    this.system = system;
    this.settings = settings;
    this.metrics = metrics;
    this.inFlight = new InFlight(settings.inFlight(), settings.inFlightLines());
    this.tokens = new Tokens(settings.issuer(), tokenKey, clock);
    Asks asks = new Asks(system, settings.askTimeout());
    Directory directory = new Directory(shards, asks, settings.directoryKeep());
    Bodies bodies = new Bodies(system, settings.maxBodyBytes(), settings.bodyTimeout());
    Guard guard = new Guard(tokens, directory, new RateLimits(), metrics);
    Bulk bulk = new Bulk(inFlight, settings.bulkParallelism());
    Route payments =
        new PaymentRoutes(
                guard, bodies, bulk, shards, asks, directory, ports.billers(), ports.payments())
            .route();
    Route bills =
        BillRoutes.create(
                guard, bodies, bulk, shards, asks, directory, ports.vault(), settings.timeZone())
            .route();
    Route billers =
        new BillerRoutes(guard, bodies, shards, asks, directory, ports.billers()).route();
    Route participants =
        new ParticipantRoutes(guard, bodies, shards, asks, directory, ports.participants()).route();
    Route token =
        new TokenRoutes(
                settings.issuer(),
                settings.tokenLifetime(),
                tokens,
                bodies,
                directory,
                ports.assertions(),
                asks,
                clock)
            .route();
    Route catalogue = new CatalogueRoutes().route();
    // The busiest first: what does not match costs a little each time.
    this.routes =
        concat(
            pathPrefix(
                "v1", () -> concat(payments, bills, billers, token, participants, catalogue)),
            new DocsRoutes().route());
  }

  /** All routes, for a test: every request is answered, but none is turned away for overload. */
  public Route route() {
    return Rejections.seal(routes);
  }

  /** Issues access tokens to those who run in this process. */
  public TokenIssuer tokens() {
    return tokens;
  }

  /** Opens the public port. It closes with the actor system, and lets requests finish first. */
  public CompletionStage<ServerBinding> bind() {
    return EdgeServer.start(system, settings.server(), routes, inFlight, metrics);
  }
}
