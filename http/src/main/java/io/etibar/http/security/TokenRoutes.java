package io.etibar.http.security;

import static io.etibar.http.server.Endpoint.endpoint;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.server.AllDirectives;
import akka.http.javadsl.server.Route;
import akka.util.ByteString;
import io.etibar.core.participant.AssertionRegistry;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.Role;
import io.etibar.http.entity.Asks;
import io.etibar.http.entity.Directory;
import io.etibar.http.json.Answers;
import io.etibar.http.json.Bodies;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Access tokens for participants that prove who they are (RFC 6749 §4.4, RFC 7523 §2.2). */
public final class TokenRoutes extends AllDirectives {
  private static final String PATH = "/v1/token";
  private static final String ASSERTION_TYPE =
      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final Bodies bodies;
  private final Assertions assertions;
  private final TokenIssuer tokens;
  private final Duration lifetime;

  /**
   * @param issuer a URL that names this platform
   * @param lifetime of the tokens that are issued
   */
  public TokenRoutes(
      String issuer,
      Duration lifetime,
      TokenIssuer tokens,
      Bodies bodies,
      Directory directory,
      AssertionRegistry registry,
      Asks asks,
      InstantSource clock) {
    this.bodies = bodies;
    this.tokens = tokens;
    this.lifetime = lifetime;
    this.assertions =
        new Assertions(Set.of(issuer, issuer + PATH), directory, registry, asks, clock);
  }

  private CompletionStage<HttpResponse> issue(HttpRequest request) {
    return bodies
        .bytes(request, MediaTypes.APPLICATION_X_WWW_FORM_URLENCODED)
        .thenCompose(body -> issue(form(body)));
  }

  private CompletionStage<HttpResponse> issue(Map<String, String> form) {
    if (!required(form, "grant_type").equals("client_credentials")) {
      throw new ProblemException(Problem.GRANT_UNSUPPORTED);
    }
    if (!required(form, "client_assertion_type").equals(ASSERTION_TYPE)) {
      throw malformed("client_assertion_type", "must be " + ASSERTION_TYPE);
    }
    return assertions
        .verify(required(form, "client_assertion"))
        .thenApply(participant -> grant(participant, form.get("scope"), form.get("client_id")));
  }

  private HttpResponse grant(
      Participant.View participant, @Nullable String asked, @Nullable String clientId) {
    if (clientId != null && !clientId.equals(participant.id().value())) {
      throw new ProblemException(
          ProblemDetails.of(Problem.CLIENT_INVALID, "Its client_id is another's."));
    }
    Set<Scope> scopes = scopes(participant.profile().role(), asked);
    String token = tokens.issue(participant.id(), scopes, lifetime);
    return Answers.ok(
            json -> {
              json.writeStartObject();
              json.writeStringField("access_token", token);
              json.writeStringField("token_type", "Bearer");
              json.writeNumberField("expires_in", lifetime.toSeconds());
              json.writeStringField(
                  "scope", scopes.stream().map(Scope::value).collect(Collectors.joining(" ")));
              json.writeEndObject();
            })
        .addHeader(RawHeader.create("Cache-Control", "no-store"));
  }

  private static Set<Scope> scopes(Role role, @Nullable String asked) {
    Scope granted = Scope.of(role.scope()).orElseThrow();
    if (asked == null) {
      return EnumSet.of(granted);
    }
    for (String name : asked.split(" ", -1)) {
      if (!name.equals(granted.value())) {
        throw new ProblemException(Problem.SCOPE_INVALID);
      }
    }
    return EnumSet.of(granted);
  }

  private static String required(Map<String, String> form, String name) {
    String value = form.get(name);
    if (value == null || value.isEmpty()) {
      throw malformed(name, "is missing");
    }
    return value;
  }

  /** RFC 6749 §3.2: parameters that are not known are ignored, and none may be there twice. */
  private static Map<String, String> form(ByteString body) {
    Map<String, String> form = new HashMap<>();
    for (String pair : body.utf8String().split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals >= 0
          && form.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)))
              != null) {
        throw new ProblemException(
            ProblemDetails.of(Problem.TOKEN_REQUEST_INVALID, "A parameter is there twice."));
      }
    }
    return form;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          ProblemDetails.of(Problem.TOKEN_REQUEST_INVALID, "The form is not well-formed."));
    }
  }

  private static ProblemException malformed(String field, String detail) {
    return new ProblemException(ProblemDetails.field(Problem.TOKEN_REQUEST_INVALID, field, detail));
  }

  /** All of them. */
  public Route route() {
    // POST /v1/token
    return path("token", () -> post(() -> endpoint(PATH, this::issue)));
  }
}
