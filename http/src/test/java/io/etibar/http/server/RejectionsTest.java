package io.etibar.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import akka.actor.ClassicActorSystemProvider;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.HttpChallenge;
import akka.http.javadsl.model.headers.HttpEncodings;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Rejection;
import akka.http.javadsl.server.Route;
import akka.http.scaladsl.model.headers.HttpOrigin;
import akka.pattern.CircuitBreakerOpenException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.typesafe.config.ConfigFactory;
import io.etibar.core.Refusal;
import io.etibar.http.json.Answers;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.concurrent.duration.Duration;
import scala.jdk.javaapi.CollectionConverters;

/** Whatever is refused, by the core or by Akka, is answered with a problem of the catalogue. */
class RejectionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What banks have written into their programs: code, status, retry, reason. A line may be added;
   * none is ever changed.
   */
  private static final String CONTRACT =
      """
      PARTICIPANT_UNKNOWN    404 NON_RETRIABLE -
      BILLER_UNKNOWN         404 NON_RETRIABLE BE01
      BILLER_SUSPENDED       403 NON_RETRIABLE AC06
      BILL_UNKNOWN           404 NON_RETRIABLE BE01
      BILL_PAID              409 NON_RETRIABLE AM05
      BILL_WITHDRAWN         409 NON_RETRIABLE AC04
      BILL_EXPIRED           410 NON_RETRIABLE DT01
      BILL_LOCKED            409 NON_RETRIABLE -
      BILL_RESERVED          409 RETRIABLE     -
      BILL_PAYMENTS_LIMIT    409 NON_RETRIABLE -
      AMOUNT_RULE            422 NON_RETRIABLE AM09
      AMOUNT_LIMIT           422 NON_RETRIABLE AM02
      CURRENCY_NOT_ACCEPTED  422 NON_RETRIABLE AM03
      CHANNEL_NOT_ACCEPTED   422 NON_RETRIABLE AG01
      AD_HOC_NOT_ACCEPTED    422 NON_RETRIABLE AG01
      REFERENCE_INVALID      422 NON_RETRIABLE BE01
      IDEMPOTENCY_KEY_REUSED 422 NON_RETRIABLE DUPL
      IN_FLIGHT              409 RETRIABLE     -
      PAYMENT_UNKNOWN        404 NON_RETRIABLE -
      PAYMENT_ABORTED        409 NON_RETRIABLE AB03
      PAYMENT_NOT_COMMITTED  409 NON_RETRIABLE -
      RETURN_EXCEEDS_PAYMENT 422 NON_RETRIABLE AM09
      RETURNS_LIMIT          409 NON_RETRIABLE -
      """;

  private static ActorTestKit kit;

  @BeforeAll
  static void start() {
    kit =
        ActorTestKit.create(
            "rejections",
            ConfigFactory.parseString("akka.loglevel = WARNING")
                .withFallback(ConfigFactory.load()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  // Refused by the core

  @Test
  void everyRejectionOfTheCoreHasTheStatusThatWasPromised() throws Exception {
    StringBuilder actual = new StringBuilder();
    for (var rejection : io.etibar.core.Rejection.values()) {
      HttpResponse answer = Answers.problem(new ProblemException(Refusal.of(rejection)));
      JsonNode body = body(answer);
      assertIsProblem(answer);
      actual.append(
          "%-22s %d %-13s %s\n"
              .formatted(
                  body.path("code").asText(),
                  answer.status().intValue(),
                  body.path("retry").asText(),
                  body.path("reason").asText("-")));
      assertEquals(rejection.name(), body.path("code").asText());
    }
    assertEquals(CONTRACT, actual.toString());
  }

  // The catalogue

  @Test
  void theCatalogueListsEveryProblemAsItIsAnswered() throws Exception {
    HttpResponse answer =
        ask(Directives.pathPrefix("v1", () -> new CatalogueRoutes().route()), "/v1/problems");
    JsonNode catalogue = body(answer);
    assertEquals(200, answer.status().intValue());
    assertEquals(
        Arrays.stream(Problem.values()).map(Enum::name).toList(),
        catalogue.findValuesAsText("code"));

    for (JsonNode listed : catalogue) {
      HttpResponse problem = Answers.problem(Problem.valueOf(listed.path("code").asText()));
      JsonNode answered = body(problem);
      assertEquals(problem.status().intValue(), listed.path("status").asInt());
      for (String field : List.of("code", "status", "title", "type", "retry", "reason")) {
        assertEquals(answered.path(field), listed.path(field), field);
      }
    }
  }

  /** A code that nobody ever gets is one that clients prepare for in vain. */
  @Test
  void everyProblemIsOneThatSomebodyCanGet() {
    Set<String> used =
        Arrays.stream(io.etibar.core.Rejection.values())
            .map(Enum::name)
            .collect(Collectors.toCollection(TreeSet::new));
    JavaClass problems =
        new ClassFileImporter().importPackages("io.etibar.http").get(Problem.class);
    for (Problem problem : Problem.values()) {
      boolean named =
          problems.getField(problem.name()).getAccessesToSelf().stream()
              .map(access -> access.getOriginOwner().getName())
              // The catalogue itself, tests, and what the compiler makes of a switch over it.
              .anyMatch(
                  name ->
                      !name.startsWith(Problem.class.getName())
                          && !name.matches(".*(\\$\\d+|Test|IT)"));
      if (named) {
        used.add(problem.name());
      }
    }
    assertEquals(
        Arrays.stream(Problem.values())
            .map(Enum::name)
            .collect(Collectors.toCollection(TreeSet::new)),
        used);
  }

  // Refused by Akka

  static Stream<Rejection> rejectionsOfAkka() {
    return Stream.of(
        akka.http.javadsl.server.Rejections.method(HttpMethods.GET),
        akka.http.javadsl.server.Rejections.scheme("https"),
        akka.http.javadsl.server.Rejections.missingQueryParam("a"),
        akka.http.javadsl.server.Rejections.malformedQueryParam("a", "<b>"),
        akka.http.javadsl.server.Rejections.invalidRequiredValueForQueryParam("a", "b", "<b>"),
        akka.http.javadsl.server.Rejections.missingFormField("a"),
        akka.http.javadsl.server.Rejections.malformedFormField("a", "<b>"),
        akka.http.javadsl.server.Rejections.missingHeader("a"),
        akka.http.javadsl.server.Rejections.malformedHeader("a", "<b>"),
        akka.http.javadsl.server.Rejections.missingCookie("a"),
        akka.http.javadsl.server.Rejections.unsupportedRequestContentType(
            List.of(MediaTypes.APPLICATION_JSON)),
        akka.http.javadsl.server.Rejections.unsupportedRequestEncoding(HttpEncodings.GZIP),
        akka.http.javadsl.server.Rejections.unacceptedResponseEncoding(HttpEncodings.GZIP),
        akka.http.javadsl.server.Rejections.unacceptedResponseContentType(
            List.of(ContentTypes.APPLICATION_JSON), List.of()),
        akka.http.javadsl.server.Rejections.unsatisfiableRange(List.of(), 1),
        akka.http.javadsl.server.Rejections.tooManyRanges(1),
        akka.http.javadsl.server.Rejections.malformedRequestContent("<b>", new IOException("<b>")),
        akka.http.scaladsl.server.RequestEntityExpectedRejection$.MODULE$,
        akka.http.javadsl.server.Rejections.authenticationCredentialsMissing(
            HttpChallenge.create("Bearer", "etibar")),
        akka.http.javadsl.server.Rejections.authorizationFailed(),
        akka.http.javadsl.server.Rejections.expectedWebSocketRequest(),
        akka.http.javadsl.server.Rejections.validationRejection("<b>"),
        new akka.http.scaladsl.server.UnsupportedWebSocketSubprotocolRejection("a"),
        new akka.http.scaladsl.server.InvalidOriginRejection(
            CollectionConverters.asScala(List.<HttpOrigin>of()).toSeq()),
        new akka.http.scaladsl.server.MissingAttributeRejection<>(
            (akka.http.scaladsl.model.AttributeKey<String>) AttributeKey.create("a", String.class)),
        new akka.http.scaladsl.server.CircuitBreakerOpenRejection(
            new CircuitBreakerOpenException(Duration.Zero(), "<b>")));
  }

  @ParameterizedTest
  @MethodSource("rejectionsOfAkka")
  void everyRejectionOfAkkaIsAnsweredWithAProblem(Rejection rejection) throws Exception {
    HttpResponse answer = ask(Directives.reject(rejection), "/");

    boolean method = rejection instanceof akka.http.javadsl.server.MethodRejection;
    assertIsProblem(answer);
    assertEquals(
        method ? "METHOD_NOT_ALLOWED" : "REQUEST_MALFORMED", body(answer).path("code").asText());
    assertEquals(
        method ? Optional.of("GET") : Optional.empty(),
        answer.getHeader("Allow").map(header -> header.value()));
    assertFalse(body(answer).toString().contains("<"), "nothing of the input is echoed");
  }

  @Test
  void noRejectionAtAllIsNotFound() throws Exception {
    HttpResponse answer = ask(Directives.reject(), "/");

    assertIsProblem(answer);
    assertEquals("NOT_FOUND", body(answer).path("code").asText());
  }

  @Test
  void aFailureIsAProblemWithoutItsReason() throws Exception {
    HttpResponse answer =
        ask(
            Directives.path(
                "a",
                () -> {
                  throw new IllegalStateException("secret");
                }),
            "/a");

    assertIsProblem(answer);
    assertEquals("INTERNAL", body(answer).path("code").asText());
    assertFalse(body(answer).toString().contains("secret"));
  }

  /** So that a new version of Akka brings no rejection that was not thought of. */
  @Test
  void theseAreAllRejectionsThatAkkaHas() {
    Set<String> inUse =
        rejectionsOfAkka()
            .map(rejection -> rejection.getClass().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    // They only ever cancel others.
    inUse.add(akka.http.scaladsl.server.TransformationRejection.class.getName());
    Set<String> existing =
        new ClassFileImporter()
            .importPackages("akka.http.scaladsl.server").stream()
                .filter(type -> type.isAssignableTo(akka.http.scaladsl.server.Rejection.class))
                // One that belongs to a directive never leaves it.
                .filter(type -> type.getPackageName().equals("akka.http.scaladsl.server"))
                .filter(type -> !type.isInterface())
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(JavaClass::getName)
                .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(existing, inUse);
  }

  private static HttpResponse ask(Route route, String path) throws Exception {
    return Rejections.seal(route)
        .function((ClassicActorSystemProvider) kit.system())
        .apply(HttpRequest.GET(path))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static void assertIsProblem(HttpResponse answer) throws IOException {
    assertEquals(Answers.PROBLEM, answer.entity().getContentType());
    assertEquals(answer.status().intValue(), body(answer).path("status").asInt());
    Problem problem = Problem.valueOf(body(answer).path("code").asText());
    assertEquals(problem.status(), answer.status().intValue());
  }

  private static JsonNode body(HttpResponse answer) throws IOException {
    return JSON.readTree(((HttpEntity.Strict) answer.entity()).getData().utf8String());
  }
}
