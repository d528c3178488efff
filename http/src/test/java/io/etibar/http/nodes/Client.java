package io.etibar.http.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.demo.Keys;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The API as banks and agencies use it, at whichever node. */
final class Client implements AutoCloseable {

  /** The platform's name, for whom assertions are made out: all nodes are told the same. */
  static final String ISSUER = "https://etibar.invalid";

  /** A status and a text. */
  record Answer(int status, String body, boolean replayed) {
    JsonNode json() throws IOException {
      return Platform.JSON.readTree(body);
    }

    /** The code of a problem, or nothing. */
    String code() {
      try {
        return json().path("code").asText();
      } catch (IOException e) {
        return "no JSON: " + body;
      }
    }

    Answer expect(int expected) {
      if (status != expected) {
        throw new AssertionError("expected " + expected + ", was " + status + ": " + body);
      }
      return this;
    }
  }

  private final Keys keys;
  private final ConcurrentMap<String, String> tokens = new ConcurrentHashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  Client(Keys keys) {
    this.keys = keys;
  }

  /** Pays one manat. */
  Answer pay(URI node, String key, Map<String, Object> what) throws Exception {
    return send(
        request(node, Platform.BANK, "/v1/payments")
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(Platform.JSON.writeValueAsString(what))));
  }

  Answer get(URI node, String participant, String path) throws Exception {
    return send(request(node, participant, path).GET()).expect(200);
  }

  void put(URI node, String participant, String path, Object body, int expected) throws Exception {
    send(request(node, participant, path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(Platform.JSON.writeValueAsString(body))))
        .expect(expected);
  }

  private HttpRequest.Builder request(URI node, String participant, String path) throws Exception {
    return HttpRequest.newBuilder(node.resolve(path))
        .timeout(Duration.ofSeconds(20))
        .header("Authorization", "Bearer " + token(node, participant));
  }

  /** Tokens last longer than a test, and hold at every node. */
  private String token(URI node, String participant) throws Exception {
    String token = tokens.get(participant);
    if (token == null) {
      String form =
          "grant_type=client_credentials&client_assertion_type="
              + URLEncoder.encode(
                  "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", StandardCharsets.UTF_8)
              + "&client_assertion="
              + keys.assertion(participant, ISSUER);
      HttpRequest.Builder request =
          HttpRequest.newBuilder(node.resolve("/v1/token"))
              .timeout(Duration.ofSeconds(20))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString(form));
      token = send(request).expect(200).json().path("access_token").asText();
      tokens.put(participant, token);
    }
    return token;
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    boolean replayed =
        response.headers().firstValue("Idempotency-Replayed").filter("true"::equals).isPresent();
    return new Answer(response.statusCode(), response.body(), replayed);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
