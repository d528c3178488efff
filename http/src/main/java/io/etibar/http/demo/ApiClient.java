package io.etibar.http.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The HTTP API as a participant uses it. */
public final class ApiClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI base;
  private final String audience;
  private final Keys keys;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * What came back.
   *
   * @param body missing where there is none, or none that is JSON
   */
  public record Answer(int status, JsonNode body, String text) {

    /** This answer, if its status is one of those. */
    public Answer expect(int... statuses) throws IOException {
      for (int expected : statuses) {
        if (status == expected) {
          return this;
        }
      }
      throw new IOException("unexpected answer " + status + ": " + text);
    }
  }

  /** A node that names itself by its address. */
  public ApiClient(URI base, Keys keys) {
    this(base, base.toString(), keys);
  }

  /**
   * A node behind another name.
   *
   * @param issuer what the platform calls itself in tokens
   */
  public ApiClient(URI base, String issuer, Keys keys) {
    this.base = base;
    this.audience = issuer + "/v1/token";
    this.keys = keys;
  }

  public URI base() {
    return base;
  }

  /** A new access token. */
  public String token(String participant) throws IOException, InterruptedException {
    String form =
        form(
            Map.of(
                "grant_type",
                "client_credentials",
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                keys.assertion(participant, audience)));
    var request =
        HttpRequest.newBuilder(base.resolve("/v1/token"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    return send(request).expect(200).body().path("access_token").asText();
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  public Answer get(String token, String path) throws IOException, InterruptedException {
    return send(request(token, path).GET().build());
  }

  public Answer put(String token, String path, Object body)
      throws IOException, InterruptedException {
    return send(
        request(token, path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build());
  }

  /**
   * Sends the body with an Idempotency-Key.
   *
   * @param key the Idempotency-Key
   */
  public Answer post(String token, String path, String key, Object body)
      throws IOException, InterruptedException {
    return send(
        request(token, path)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
            .build());
  }

  /** Sends the lines to a bulk route and returns its answers, line by line. */
  public List<JsonNode> postLines(String token, String path, List<?> lines)
      throws IOException, InterruptedException {
    var body = new StringBuilder();
    for (Object line : lines) {
      body.append(JSON.writeValueAsString(line)).append('\n');
    }
    Answer answer =
        send(request(token, path)
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build())
            .expect(200);
    List<JsonNode> answers = new ArrayList<>();
    for (String line : answer.text().lines().toList()) {
      answers.add(JSON.readTree(line));
    }
    return answers;
  }

  private HttpRequest.Builder request(@Nullable String token, String path) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + token);
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    JsonNode body = MissingNode.getInstance();
    try {
      body = JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      // Nothing, many lines, or no JSON: the text says.
    }
    return new Answer(response.statusCode(), body, response.body());
  }

  @Override
  public void close() {
    // close() would wait for requests that a stopping node never answers. Available from Java 21.
    http.shutdownNow();
  }
}
