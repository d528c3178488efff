package io.etibar.http.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.ServerBinding;
import com.typesafe.config.ConfigFactory;
import io.etibar.cluster.Bootstrap;
import io.etibar.cluster.ClusterSettings;
import io.etibar.cluster.ManagementSettings;
import io.etibar.http.management.Readiness.Outcome;
import io.etibar.http.management.RequestMetrics.Shed;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The management server of a node alone, over HTTP. */
class ManagementServerTest {

  private static final AtomicReference<Outcome> DATABASE =
      new AtomicReference<>(Outcome.ok("reachable"));

  private static ActorTestKit kit;
  private static PrometheusMeterRegistry registry;
  private static URI base;

  @BeforeAll
  static void start() throws Exception {
    var config =
        ConfigFactory.parseString(
                """
                akka.actor.provider = cluster
                akka.actor.allow-java-serialization = off
                akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                akka.loglevel = WARNING
                """)
            .withFallback(ConfigFactory.load());
    kit = ActorTestKit.create("etibar", config);
    var settings = ClusterSettings.from(config);
    Bootstrap.join(kit.system(), settings).toCompletableFuture().get(20, TimeUnit.SECONDS);
    registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Readiness readiness =
        new Readiness(
            Duration.ofSeconds(1),
            List.of(
                ClusterChecks.memberUp(kit.system()),
                new Readiness.Check(
                    "database", () -> CompletableFuture.completedStage(DATABASE.get()))));
    ServerBinding binding =
        ManagementServer.start(
                kit.system(),
                new ManagementSettings("127.0.0.1", 0),
                readiness,
                registry,
                Bootstrap.managementRoutes(kit.system(), settings))
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    base = URI.create("http://127.0.0.1:" + binding.localAddress().getPort());
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void isAlive() throws Exception {
    HttpResponse<String> answer = get("/alive");

    assertEquals(200, answer.statusCode());
    assertEquals("{\"status\":\"ALIVE\"}", answer.body());
  }

  @Test
  void isReadyOnlyWhileTheDatabaseIs() throws Exception {
    HttpResponse<String> ready = get("/ready");
    assertEquals(
        "{\"status\":\"READY\",\"checks\":{\"cluster\":{\"ok\":true,\"detail\":\"up\"},"
            + "\"database\":{\"ok\":true,\"detail\":\"reachable\"}}}",
        ready.body());
    assertEquals(200, ready.statusCode());

    DATABASE.set(Outcome.failed("unreachable"));
    try {
      HttpResponse<String> notReady = get("/ready");
      assertEquals(503, notReady.statusCode());
      assertTrue(
          notReady.body().contains("\"database\":{\"ok\":false,\"detail\":\"unreachable\"}"),
          notReady.body());
    } finally {
      DATABASE.set(Outcome.ok("reachable"));
    }
  }

  @Test
  void tellsRequestsByTheirRoute() throws Exception {
    RequestMetrics requests = new RequestMetrics(registry);
    requests.record("/v1/payments/{id}", "GET", 200, TimeUnit.MILLISECONDS.toNanos(3));
    requests.record("/v1/payments/{id}", "GET", 404, TimeUnit.MILLISECONDS.toNanos(3));
    requests.shed(Shed.IN_FLIGHT);
    requests.observeInFlight(() -> 7);
    JvmMetrics jvm = new JvmMetrics(registry);
    try (jvm) {
      HttpResponse<String> answer = get("/metrics");

      assertEquals(200, answer.statusCode());
      assertEquals(
          "text/plain; version=0.0.4; charset=UTF-8",
          answer.headers().firstValue("content-type").orElseThrow());
      for (String line :
          List.of(
              "http_server_requests_seconds_count{method=\"GET\",route=\"/v1/payments/{id}\",status=\"404\"} 1",
              "http_server_requests_seconds_bucket{method=\"GET\",route=\"/v1/payments/{id}\",status=\"200\",le=\"0.005\"} 1",
              "etibar_http_shed_total{reason=\"in_flight\"} 1.0",
              "etibar_http_in_flight 7.0",
              "jvm_memory_used_bytes")) {
        assertTrue(answer.body().contains(line), () -> line + " is not in\n" + answer.body());
      }
    }
  }

  @Test
  void showsTheMembersAndLetsNobodyChangeThem() throws Exception {
    HttpResponse<String> members = get("/cluster/members");
    assertEquals(200, members.statusCode());
    assertTrue(members.body().contains("\"status\":\"Up\""), members.body());

    String self = kit.system().address().toString();
    HttpResponse<String> down =
        send(HttpRequest.newBuilder(base.resolve("/cluster/members/" + self)).DELETE().build());
    assertEquals(405, down.statusCode());
    assertFalse(get("/cluster/members").body().contains("Leaving"));
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(base.resolve(path)).build());
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
