package io.etibar.http.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.http.javadsl.ServerBinding;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.etibar.cluster.Bootstrap;
import io.etibar.cluster.ClusterSettings;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import io.etibar.core.participant.Status;
import io.etibar.http.Edge;
import io.etibar.http.EdgeSettings;
import io.etibar.http.entity.Shards;
import io.etibar.http.management.RequestMetrics;
import io.etibar.http.security.Scope;
import io.etibar.http.spec.Exchanges;
import io.etibar.http.spec.OpenApi;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The edge on a free port, over sharded entities on a journal in memory; every message between
 * actors is serialized. Each exchange is judged by the API's description.
 */
final class TestEdge implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String ISSUER = "https://etibar.test";
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Exchanges EXCHANGES = new Exchanges(OpenApi.load());

  final ActorSystem<Void> system;
  final Shards shards;
  final Fakes fakes = new Fakes();
  final Edge edge;
  final PersistenceTestKit journal;
  final ServerBinding binding;
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  final ECKey participantKey = newKey();
  final ECKey tokenKey = newKey();

  /** An answer, with its body as JSON where it is JSON. */
  record Answer(HttpResponse<String> raw) {
    int status() {
      return raw.statusCode();
    }

    String text() {
      return raw.body();
    }

    JsonNode body() {
      try {
        return JSON.readTree(raw.body());
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + raw.body(), e);
      }
    }

    String code() {
      return body().path("code").asText();
    }

    @Nullable String header(String name) {
      return raw.headers().firstValue(name).orElse(null);
    }

    /** This answer, if it is a problem with this status and code. */
    Answer expect(int status, String code) {
      assertEquals(status + " " + code, status() + " " + code(), text());
      assertEquals("application/problem+json", header("Content-Type"));
      assertEquals("/v1/problems#" + code, body().path("type").asText());
      return this;
    }

    /** This answer, if it has this status. */
    Answer expect(int status) {
      assertEquals(status, status(), text());
      return this;
    }
  }

  static TestEdge start() throws Exception {
    return start("");
  }

  /**
   * @param settings laid over the defaults
   */
  static TestEdge start(String settings) throws Exception {
    return new TestEdge(settings);
  }

  private TestEdge(String settings) throws Exception {
    Config fragments = ConfigFactory.empty();
    for (String name :
        List.of("dispatchers", "cluster", "sharding", "serialization", "akka-http")) {
      fragments = ConfigFactory.parseResources(name + ".conf").withFallback(fragments);
    }
    Config config =
        ConfigFactory.parseString(settings)
            .withFallback(
                ConfigFactory.parseString(
                    """
                    akka.actor.serialize-messages = on
                    akka.loglevel = WARNING
                    akka.cluster.jmx.multi-mbeans-in-same-jvm = on
                    etibar.http { port = 0, issuer = "%s" }
                    """
                        .formatted(ISSUER)))
            .withFallback(PersistenceTestKitPlugin.getInstance().config())
            .withFallback(fragments)
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve();
    system = ActorSystem.create(Behaviors.empty(), "etibar", config);
    journal = PersistenceTestKit.create(system);
    shards = Shards.start(system, Clock.systemUTC(), Duration.ofSeconds(2));
    Bootstrap.join(system, ClusterSettings.from(config))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    edge =
        new Edge(
            system,
            EdgeSettings.from(config),
            shards,
            fakes.ports(),
            tokenKey,
            new RequestMetrics(registry),
            Clock.systemUTC());
    binding = edge.bind().toCompletableFuture().get(30, TimeUnit.SECONDS);
    register("operator", Role.OPERATOR);
    register("bank-a", Role.BANK);
    register("bank-b", Role.BANK);
    register("water-works", Role.AGENCY);
    register("energy", Role.AGENCY);
    for (String id : List.of("water", "gas")) {
      put(
              operator(),
              "/v1/billers/" + id,
              biller(id.equals("water") ? "water-works" : "energy", "EXACT"))
          .expect(201);
    }
  }

  /** Terms of a biller, as an operator sends them. */
  static String biller(String owner, String rule) {
    return """
        {"name": "City Works", "owner": "%s", "category": "utilities", "currency": "AZN",
         "amountRule": "%s", "graceDays": 30,
         "billReference": {"kind": "DIGITS", "minLength": 6, "maxLength": 12}, "adHoc": true,
         "references": [{"name": "meter", "required": true,
                         "pattern": {"kind": "DIGITS", "minLength": 8, "maxLength": 10}}],
         "budget": {"classification": "142330", "account": "AZ96AZEJ00000000001234567890"},
         "channels": ["CARD", "ACCOUNT", "CASH"]}
        """
        .formatted(owner, rule);
  }

  static ECKey newKey() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** Registers a participant past the API. */
  void register(String id, Role role) {
    register(id, role, Status.ACTIVE, 100_000);
  }

  void register(String id, Role role, Status status, int perSecond) {
    ParticipantId participant = new ParticipantId(id);
    var profile =
        new Participant.Profile(
            id,
            role,
            List.of(participantKey.toPublicJWK().toJSONString()),
            new Participant.Limits(perSecond, null));
    var action = new Action(new ParticipantId("operator"), null);
    Participant.PutReply reply =
        ask(
            shards.participant(participant),
            replyTo -> new Participant.Put(profile, status, action, replyTo));
    fakes.participants.put(participant, reply.participant());
  }

  <C, R> R ask(
      RecipientRef<C> entity,
      akka.japi.function.Function<akka.actor.typed.ActorRef<R>, C> command) {
    return AskPattern.ask(entity, command, PATIENCE, system.scheduler())
        .toCompletableFuture()
        .join();
  }

  String token(String id, Scope scope) {
    return edge.tokens().issue(new ParticipantId(id), Set.of(scope), Duration.ofMinutes(10));
  }

  String operator() {
    return token("operator", Scope.OPERATIONS);
  }

  String bank() {
    return token("bank-a", Scope.PAYMENTS_WRITE);
  }

  String bankB() {
    return token("bank-b", Scope.PAYMENTS_WRITE);
  }

  String waterWorks() {
    return token("water-works", Scope.BILLS_WRITE);
  }

  String energy() {
    return token("energy", Scope.BILLS_WRITE);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  int port() {
    return binding.localAddress().getPort();
  }

  Answer get(String token, String path) {
    return send("GET", path, Map.of("Authorization", "Bearer " + token), "", null);
  }

  Answer delete(String token, String path) {
    return send("DELETE", path, Map.of("Authorization", "Bearer " + token), "", null);
  }

  Answer put(String token, String path, String body) {
    return send("PUT", path, Map.of("Authorization", "Bearer " + token), "application/json", body);
  }

  Answer post(String token, String path, String key, String body) {
    return send(
        "POST",
        path,
        Map.of("Authorization", "Bearer " + token, "Idempotency-Key", key),
        "application/json",
        body);
  }

  Answer lines(String token, String path, String body) {
    return send(
        "POST", path, Map.of("Authorization", "Bearer " + token), "application/x-ndjson", body);
  }

  /** Publishes a bill of 12.50 AZN of the biller water. */
  String newBill() {
    String reference = Long.toString(BILL.incrementAndGet());
    put(waterWorks(), "/v1/billers/water/bills/" + reference, bill("12.50")).expect(201);
    return reference;
  }

  private static final java.util.concurrent.atomic.AtomicLong BILL =
      new java.util.concurrent.atomic.AtomicLong(20_000_000);

  static String bill(String amount) {
    return """
        {"amount": {"value": "%s", "currency": "AZN"}, "due": "2099-12-31"}"""
        .formatted(amount);
  }

  static String payment(String bill, String amount) {
    return """
        {"biller": "water", "bill": "%s", "amount": {"value": "%s", "currency": "AZN"}, "channel": "CASH"}"""
        .formatted(bill, amount);
  }

  static String adHoc(String meter, String amount) {
    return """
        {"biller": "water", "references": {"meter": "%s"}, "amount": {"value": "%s", "currency": "AZN"}, "channel": "CARD"}"""
        .formatted(meter, amount);
  }

  Answer send(
      String method, String path, Map<String, String> headers, String type, @Nullable String body) {
    Answer answer =
        send(
            method,
            path,
            request -> {
              headers.forEach(request::header);
              if (body != null) {
                request.header("Content-Type", type);
              }
            },
            body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body));
    assertEquals(
        List.of(),
        EXCHANGES.judge(
            new Exchanges.Exchange(
                method,
                path,
                type,
                body == null ? "" : body,
                answer.status(),
                name -> answer.raw().headers().firstValue(name),
                answer.text())),
        () -> method + " " + path + " " + body + "\n" + answer.text());
    return answer;
  }

  /** Sends, and leaves judging to the caller. */
  Answer send(
      String method,
      String path,
      Consumer<HttpRequest.Builder> headers,
      HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
    headers.accept(request);
    try {
      return new Answer(
          client.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
