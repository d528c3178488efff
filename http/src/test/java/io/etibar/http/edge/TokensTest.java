package io.etibar.http.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import io.etibar.core.participant.Status;
import io.etibar.http.edge.TestEdge.Answer;
import io.etibar.http.security.Scope;
import io.etibar.http.security.Tokens;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private static TestEdge edge;

  @BeforeAll
  static void start() throws Exception {
    edge = TestEdge.start();
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  // Assertions

  private static JWTClaimsSet.Builder claims() {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer("bank-a")
        .subject("bank-a")
        .audience(TestEdge.ISSUER + "/v1/token")
        .jwtID(UUID.randomUUID().toString())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(60)));
  }

  private static String signed(JWTClaimsSet claims, ECKey key) throws Exception {
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  private static Map<String, String> form(String assertion) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_assertion_type", TYPE);
    form.put("client_assertion", assertion);
    return form;
  }

  private static Answer ask(Map<String, String> form) {
    return ask(
        form.entrySet().stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&")));
  }

  private static Answer ask(String form) {
    return edge.send("POST", "/v1/token", Map.of(), "application/x-www-form-urlencoded", form);
  }

  private static Answer ask(Consumer<JWTClaimsSet.Builder> change) throws Exception {
    JWTClaimsSet.Builder claims = claims();
    change.accept(claims);
    return ask(form(signed(claims.build(), edge.participantKey)));
  }

  private static void refused(Answer answer) {
    answer.expect(401, "CLIENT_INVALID");
    assertEquals("invalid_client", answer.body().path("error").asText());
  }

  @Test
  void aParticipantGetsATokenThatWorks() throws Exception {
    Answer answer = ask(form(signed(claims().build(), edge.participantKey))).expect(200);

    JsonNode token = answer.body();
    assertEquals("Bearer", token.path("token_type").asText());
    assertEquals(600, token.path("expires_in").asInt());
    assertEquals("payments:write", token.path("scope").asText());
    assertEquals("no-store", answer.header("Cache-Control"));
    edge.get(token.path("access_token").asText(), "/v1/payments").expect(200);
  }

  @Test
  void theIssuerIsAnAudienceToo() throws Exception {
    ask(claims -> claims.audience(TestEdge.ISSUER)).expect(200);
  }

  @Test
  void anAssertionIsGoodOnce() throws Exception {
    String assertion = signed(claims().build(), edge.participantKey);

    ask(form(assertion)).expect(200);
    refused(ask(form(assertion)));
  }

  @Test
  void rsaKeysSignToo() throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).keyID("rsa").generate();
    String body =
        """
        {"name": "RSA", "role": "CHANNEL", "keys": [%s], "limits": {"requestsPerSecond": 10}}
        """
            .formatted(key.toPublicJWK().toJSONString());
    edge.put(edge.operator(), "/v1/participants/rsa", body).expect(201);
    for (JWSAlgorithm algorithm : new JWSAlgorithm[] {JWSAlgorithm.RS256, JWSAlgorithm.PS256}) {
      var jwt =
          new SignedJWT(new JWSHeader(algorithm), claims().issuer("rsa").subject("rsa").build());
      jwt.sign(new RSASSASigner(key));
      ask(form(jwt.serialize())).expect(200);
    }
  }

  @Test
  void whatAnAssertionSaysIsJudged() throws Exception {
    Instant now = Instant.now();
    refused(ask(claims -> claims.audience("https://other.test")));
    refused(ask(claims -> claims.audience((String) null)));
    refused(ask(claims -> claims.issuer("bank-b")));
    refused(ask(claims -> claims.subject(null).issuer(null)));
    refused(ask(claims -> claims.subject("No One").issuer("No One")));
    refused(ask(claims -> claims.subject("nobody").issuer("nobody")));
    refused(ask(claims -> claims.expirationTime(null)));
    refused(ask(claims -> claims.expirationTime(Date.from(now.minusSeconds(60)))));
    refused(ask(claims -> claims.expirationTime(Date.from(now.plusSeconds(600)))));
    refused(ask(claims -> claims.issueTime(Date.from(now.plusSeconds(120)))));
    refused(ask(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(120)))));
    refused(ask(claims -> claims.jwtID(null)));
    refused(ask(claims -> claims.jwtID("x".repeat(256))));
  }

  @Test
  void onlyARegisteredKeyProves() throws Exception {
    refused(ask(form(signed(claims().build(), TestEdge.newKey()))));
    refused(ask(form(new PlainJWT(claims().build()).serialize())));
    var mac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
    mac.sign(new MACSigner(edge.participantKey.toPublicJWK().toJSONString()));
    refused(ask(form(mac.serialize())));
    refused(ask(form("x.y.z")));
    refused(ask(form("x".repeat(9_000))));
  }

  @Test
  void aFormThatIsNoneIsRefused() throws Exception {
    String good = signed(claims().build(), edge.participantKey);
    for (String missing :
        new String[] {"grant_type", "client_assertion_type", "client_assertion"}) {
      Map<String, String> form = form(good);
      form.remove(missing);
      Answer answer = ask(form).expect(400, "TOKEN_REQUEST_INVALID");
      assertEquals("invalid_request", answer.body().path("error").asText());
      assertEquals(missing, answer.body().path("field").asText());
    }
    Map<String, String> password = form(good);
    password.put("grant_type", "password");
    assertEquals(
        "unsupported_grant_type",
        ask(password).expect(400, "GRANT_UNSUPPORTED").body().path("error").asText());
    Map<String, String> scope = form(good);
    scope.put("scope", "payments:write operations");
    assertEquals(
        "invalid_scope", ask(scope).expect(400, "SCOPE_INVALID").body().path("error").asText());
    ask("grant_type=client_credentials&grant_type=x").expect(400, "TOKEN_REQUEST_INVALID");
    ask("grant_type=%zz").expect(400, "TOKEN_REQUEST_INVALID");
    ask("").expect(400, "TOKEN_REQUEST_INVALID");
    edge.send("POST", "/v1/token", Map.of(), "application/json", "{}")
        .expect(415, "MEDIA_TYPE_UNSUPPORTED");
    ask("a=" + "x".repeat(70_000)).expect(413, "BODY_TOO_LARGE");
  }

  @Test
  void aSuspendedParticipantGetsNoToken() throws Exception {
    edge.register("halted", Role.BANK, Status.SUSPENDED, 10);

    ask(claims -> claims.issuer("halted").subject("halted")).expect(403, "PARTICIPANT_SUSPENDED");
  }

  // Access tokens

  private static Answer use(String authorization) {
    return edge.send("GET", "/v1/payments", Map.of("Authorization", authorization), "", null);
  }

  private static Tokens tokens(String issuer, ECKey key) {
    return new Tokens(issuer, key, Clock.systemUTC());
  }

  private static String issue(Tokens tokens, Duration lifetime) {
    return tokens.issue(new ParticipantId("bank-a"), Set.of(Scope.PAYMENTS_WRITE), lifetime);
  }

  @Test
  void noTokenIsAChallenge() {
    Answer answer =
        edge.send("GET", "/v1/payments", Map.of(), "", null).expect(401, "TOKEN_MISSING");

    assertEquals("Bearer realm=\"etibar\"", answer.header("WWW-Authenticate"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Bearer", "Bearer ", "Digest x=1", "nonsense"})
  void whatIsNoBearerTokenIsNone(String authorization) {
    Answer answer = use(authorization);

    assertEquals(401, answer.status(), answer.text());
    assertTrue(Set.of("TOKEN_MISSING", "TOKEN_INVALID").contains(answer.code()), answer.text());
  }

  @Test
  void aTokenThatIsNotOursIsRefusedEachTime() throws Exception {
    String forged = issue(tokens(TestEdge.ISSUER, TestEdge.newKey()), Duration.ofMinutes(1));
    String good = issue(tokens(TestEdge.ISSUER, edge.tokenKey), Duration.ofMinutes(1));
    String altered =
        good.substring(0, good.lastIndexOf('.') - 2) + "AA" + good.substring(good.lastIndexOf('.'));
    String otherAudience =
        issue(tokens("https://other.test", edge.tokenKey), Duration.ofMinutes(1));
    String none = new PlainJWT(claims().audience(TestEdge.ISSUER).build()).serialize();
    String assertion = signed(claims().build(), edge.participantKey);
    for (String token :
        new String[] {forged, altered, otherAudience, none, assertion, "x", "x.y.z"}) {
      for (int i = 0; i < 2; i++) {
        Answer answer = use("Bearer " + token).expect(401, "TOKEN_INVALID");
        assertEquals(
            "Bearer realm=\"etibar\", error=\"invalid_token\"", answer.header("WWW-Authenticate"));
      }
    }
  }

  @Test
  void aTokenExpiresAlsoWhenItIsRemembered() throws Exception {
    use("Bearer " + issue(tokens(TestEdge.ISSUER, edge.tokenKey), Duration.ofMinutes(-1)))
        .expect(401, "TOKEN_EXPIRED");
    // Whole seconds in the token: it is good for between one and two.
    String brief = issue(tokens(TestEdge.ISSUER, edge.tokenKey), Duration.ofSeconds(2));
    use("Bearer " + brief).expect(200);
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    Answer answer = use("Bearer " + brief);
    while (answer.status() == 200 && System.nanoTime() < deadline) {
      answer = use("Bearer " + brief);
    }
    answer.expect(401, "TOKEN_EXPIRED");
  }

  @Test
  void aScopeThatIsMissingIsNamedAsSuch() {
    edge.post(edge.waterWorks(), "/v1/payments", "k", "{}").expect(403, "SCOPE_MISSING");
    edge.put(edge.bank(), "/v1/billers/water", "{}").expect(403, "SCOPE_MISSING");
    edge.get(edge.bank(), "/v1/participants").expect(403, "SCOPE_MISSING");
    edge.put(edge.bank(), "/v1/billers/water/bills/123456", "{}").expect(403, "SCOPE_MISSING");
  }

  @Test
  void theRateOfAParticipantIsKept() {
    edge.register("slow", Role.BANK, Status.ACTIVE, 2);
    String token = edge.token("slow", Scope.PAYMENTS_WRITE);
    Answer answer = edge.get(token, "/v1/payments");
    for (int i = 0; i < 20 && answer.status() == 200; i++) {
      answer = edge.get(token, "/v1/payments");
    }

    answer.expect(429, "RATE_LIMITED");
    assertEquals("1", answer.header("Retry-After"));
    edge.get(edge.bank(), "/v1/payments").expect(200);
  }

  @Test
  void everythingButWhatIsPublicAsksForAToken() {
    for (String path :
        new String[] {
          "/v1/participants",
          "/v1/participants/x",
          "/v1/billers",
          "/v1/billers/water",
          "/v1/billers/water/bills/123456",
          "/v1/payments",
          "/v1/payments/x"
        }) {
      edge.send("GET", path, Map.of(), "", null).expect(401, "TOKEN_MISSING");
    }
    for (String path : new String[] {"/v1/problems", "/openapi.yaml"}) {
      edge.send("GET", path, Map.of(), "", null).expect(200);
    }
    edge.send("GET", "/docs/", request -> {}, BodyPublishers.noBody()).expect(200);
  }
}
