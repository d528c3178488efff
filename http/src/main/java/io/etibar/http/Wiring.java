package io.etibar.http;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.SingletonActor;
import akka.http.javadsl.ServerBinding;
import com.typesafe.config.Config;
import io.etibar.cluster.Bootstrap;
import io.etibar.cluster.ClusterSettings;
import io.etibar.cluster.ManagementSettings;
import io.etibar.core.payment.Reconciler;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Shards;
import io.etibar.http.management.ClusterChecks;
import io.etibar.http.management.JvmMetrics;
import io.etibar.http.management.ManagementServer;
import io.etibar.http.management.Readiness;
import io.etibar.http.management.RequestMetrics;
import io.etibar.persistence.Persistence;
import io.etibar.persistence.database.Database;
import io.etibar.persistence.database.DatabaseSettings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Puts a node together: the only place that knows every part. */
public final class Wiring {
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private Wiring() {}

  /**
   * Starts a node and waits until it takes requests.
   *
   * @param config the whole configuration
   * @throws RuntimeException when a part does not start; what was started is stopped again
   */
  public static Node start(Config config) {
    // All settings first: a mistake in one of them should not cost the start of a database.
    EdgeSettings edge = EdgeSettings.from(config);
    NodeSettings node = NodeSettings.from(config);
    ClusterSettings cluster = ClusterSettings.from(config);
    ManagementSettings management = ManagementSettings.from(config);
    Database database = Database.open(DatabaseSettings.from(config));
    ActorSystem<Void> system;
    try {
      Config all = database.journalConfig().withFallback(config).resolve();
      system = ActorSystem.create(Behaviors.empty(), "etibar", all);
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
    try {
      return start(system, database, edge, node, cluster, management);
    } catch (RuntimeException | Error e) {
      system.terminate();
      await(system.getWhenTerminated(), "the end of what was started");
      database.close();
      throw e;
    }
  }

  private static Node start(
      ActorSystem<?> system,
      Database database,
      EdgeSettings edge,
      NodeSettings node,
      ClusterSettings cluster,
      ManagementSettings management) {
    InstantSource clock = Clock.systemUTC();
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    JvmMetrics jvm = new JvmMetrics(registry);
    system.getWhenTerminated().thenRun(jvm::close);

    AtomicBoolean open = new AtomicBoolean();
    // The management server first: on Kubernetes the pods find one another through it.
    ServerBinding managementBinding =
        bound(
            ManagementServer.start(
                system,
                management,
                readiness(system, database, open),
                registry,
                Bootstrap.managementRoutes(system, cluster)),
            management.port(),
            "ETIBAR_MANAGEMENT_PORT");
    Persistence persistence = Persistence.start(system, database, registry, clock);
    Shards shards = Shards.start(system, clock, node.reservationTimeout());
    await(Bootstrap.join(system, cluster), "the cluster");
    ClusterSingleton.get(system)
        .init(
            SingletonActor.of(
                Reconciler.create(
                    persistence.openReservations(),
                    shards::payment,
                    clock,
                    node.reservationTimeout(),
                    node.reconcileInterval()),
                "reconciler"));

    Asks asks = new Asks(system, edge.askTimeout());
    await(
        FirstOperator.ensure(shards, asks, START_TIMEOUT, edge.dataDir(), node.operatorKeyFile()),
        "the first operator");
    Edge api = edge(system, edge, persistence, shards, new RequestMetrics(registry), clock);
    ServerBinding http = bound(api.bind(), edge.server().port(), "ETIBAR_HTTP_PORT");
    open.set(true);
    return new Node(system, http, managementBinding, api.tokens(), persistence);
  }

  private static Readiness readiness(ActorSystem<?> system, Database database, AtomicBoolean open) {
    return new Readiness(
        CHECK_TIMEOUT,
        List.of(
            ClusterChecks.memberUp(system),
            ClusterChecks.shardRegions(system, Shards.TYPES, CHECK_TIMEOUT),
            // The node does not start before its migrations are done.
            new Readiness.Check(
                "database",
                () ->
                    database
                        .check()
                        .thenApply(done -> Readiness.Outcome.ok("answers, and is migrated"))),
            new Readiness.Check(
                "api",
                () ->
                    CompletableFuture.completedStage(
                        open.get()
                            ? Readiness.Outcome.ok("open")
                            : Readiness.Outcome.failed("not open yet")))));
  }

  private static Edge edge(
      ActorSystem<?> system,
      EdgeSettings settings,
      Persistence persistence,
      Shards shards,
      RequestMetrics metrics,
      InstantSource clock) {
    var ports =
        new Edge.Ports(
            persistence.participants(),
            persistence.billers(),
            persistence.paymentHistory(),
            persistence.assertions(),
            persistence.vault());
    try {
      return Edge.create(system, settings, shards, ports, metrics, clock);
    } catch (IOException e) {
      throw new IllegalStateException("The key of the access tokens cannot be read.", e);
    }
  }

  /** Waits for a port; who started the node is told which variable to change. */
  static ServerBinding bound(CompletionStage<ServerBinding> binding, int port, String variable) {
    try {
      return await(binding, "the port " + port + " (" + variable + ")");
    } catch (IllegalStateException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof BindException) {
          // Without the cause: it says the same, and less well.
          throw new IllegalStateException(
              "The port "
                  + port
                  + " cannot be had: "
                  + cause.getMessage()
                  + ". Stop what uses it, or set "
                  + variable
                  + " to another.");
        }
      }
      throw e;
    }
  }

  private static <T> T await(CompletionStage<T> stage, String what) {
    try {
      return stage.toCompletableFuture().get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException("It failed at " + what + ".", cause);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "It waited " + START_TIMEOUT.toSeconds() + " s in vain for " + what + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("It was interrupted at " + what + ".", e);
    }
  }
}
