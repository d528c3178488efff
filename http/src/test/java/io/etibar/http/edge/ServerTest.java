package io.etibar.http.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.edge.TestEdge.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens around the routes. */
class ServerTest {
  private static TestEdge edge;

  @BeforeAll
  static void start() throws Exception {
    edge =
        TestEdge.start(
            """
            etibar.http {
              head-timeout = 1 s
              body-timeout = 1 s
              in-flight = 4
              in-flight-lines = 2
              shed-delay-min = 50 ms
            }
            """);
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port());
    socket.setSoTimeout(15_000);
    return socket;
  }

  /** Sends these bytes as they are, and reads until the server closes or the answer's body ends. */
  private static String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return read(socket);
    }
  }

  private static String read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder answer = new StringBuilder();
    while (!isWhole(answer.toString())) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      answer.append((char) b);
    }
    return answer.toString();
  }

  private static boolean isWhole(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0) {
      return false;
    }
    var length = java.util.regex.Pattern.compile("(?i)content-length: ([0-9]+)").matcher(answer);
    return length.find() && answer.length() >= end + 4 + Integer.parseInt(length.group(1));
  }

  private static void isProblem(String answer, int status, String code) throws IOException {
    assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    assertTrue(answer.contains("Content-Type: application/problem+json"), answer);
    assertFalse(answer.contains("Server:"), answer);
    JsonNode body = TestEdge.JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertEquals(code, body.path("code").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /v1/billers HTTP/1.1 | 400 | REQUEST_MALFORMED",
        "GET http://[ HTTP/1.1 | 400 | REQUEST_MALFORMED",
        "GET /%zz HTTP/1.1 | 400 | REQUEST_MALFORMED",
        "GET / HTTP/9.9 | 505 | REQUEST_MALFORMED"
      })
  void whatIsNotHttpIsAProblem(String line, int status, String code) throws IOException {
    // Without a Host header, too.
    String answer = raw(line + "\r\n\r\n");

    // A version that nobody knows is answered with the one status for everything malformed.
    isProblem(answer, status == 505 ? 400 : status, code);
  }

  @Test
  void whatIsTooLongIsAProblem() throws IOException {
    isProblem(
        raw("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414, "URI_TOO_LONG");
    isProblem(
        raw(
            """
            POST /v1/token HTTP/1.1\r
            Host: a\r
            Content-Type: application/x-www-form-urlencoded\r
            Transfer-Encoding: chunked\r
            \r
            zz\r
            """),
        400,
        "REQUEST_MALFORMED");
  }

  @ParameterizedTest
  @MethodSource("heads")
  void aHeadThatIsTooLargeInAnyWayIsSaidToBeSo(String headers) throws IOException {
    isProblem(
        raw("GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n"), 431, "HEADERS_TOO_LARGE");
  }

  static Stream<Named<String>> heads() {
    return Stream.of(
        Named.of("a value", "X-A: " + "x".repeat(9_000)),
        Named.of("a value that Akka reads", "Accept: " + "text/html,".repeat(900) + "*/*"),
        Named.of("a token", "Authorization: Bearer " + "x".repeat(9_000)),
        Named.of("a name", "X".repeat(9_000) + ": x"),
        Named.of("many headers", "X-A: x\r\n".repeat(200) + "X-B: x"),
        Named.of("one too many", "X-A: x\r\n".repeat(38) + "X-B: x"));
  }

  /** One less than one too many. */
  @Test
  void asManyHeadersAsAreAllowedAreTaken() throws IOException {
    String answer = raw("GET / HTTP/1.1\r\nHost: a\r\n" + "X-A: x\r\n".repeat(38) + "\r\n");

    isProblem(answer, 404, "NOT_FOUND");
  }

  @Test
  void aHeadThatDoesNotComeInTimeEndsTheConnection() throws Exception {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      long begin = System.nanoTime();
      byte[] head = "GET /v1/problems HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII);
      out.write(head);
      Thread dripping =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      // A byte now and then, so that the connection is never idle.
                      while (true) {
                        out.write('x');
                        Thread.sleep(100);
                      }
                    } catch (IOException | InterruptedException e) {
                      // The connection ended, or the test did.
                    }
                  });
      int b;
      try {
        b = socket.getInputStream().read();
      } catch (java.net.SocketException e) {
        b = -1;
      }
      dripping.interrupt();
      assertEquals(-1, b);
      assertTrue(Duration.ofNanos(System.nanoTime() - begin).compareTo(Duration.ofSeconds(10)) < 0);
    }
  }

  @Test
  void aBodyThatDoesNotComeInTimeIsAProblem() throws Exception {
    try (Socket socket = connect()) {
      String head =
          """
          POST /v1/payments HTTP/1.1\r
          Host: a\r
          Authorization: Bearer %s\r
          Idempotency-Key: slow\r
          Content-Type: application/json\r
          Content-Length: 100\r
          \r
          {"""
              .formatted(edge.bank());
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));

      isProblem(read(socket), 400, "REQUEST_MALFORMED");
    }
  }

  @Test
  void everyAnswerNamesItsRequest() {
    Answer first = edge.get(edge.bank(), "/v1/payments");
    Answer second = edge.get(edge.bank(), "/v1/payments");
    assertNotNull(first.header("X-Request-Id"));
    assertNotEquals(first.header("X-Request-Id"), second.header("X-Request-Id"));
    assertEquals(
        "mine-7",
        edge.send("GET", "/v1/nothing", Map.of("X-Request-Id", "mine-7"), "", null)
            .header("X-Request-Id"));
    assertNotEquals(
        "<b>",
        edge.send("GET", "/v1/nothing", Map.of("X-Request-Id", "<b>"), "", null)
            .header("X-Request-Id"));
  }

  @Test
  void requestsAreMeasuredByTheirRoute() {
    edge.get(edge.bank(), "/v1/payments/pay_00000000000000000000000000");

    assertTrue(
        edge.registry
                .get("http.server.requests")
                .tag("route", "/v1/payments/{id}")
                .tag("status", "404")
                .timer()
                .count()
            > 0);
  }

  @ParameterizedTest
  @CsvSource({
    "/openapi.yaml, /openapi.yaml, 200",
    "/docs, /docs, 308",
    "/docs/, /docs/{file}, 200",
    "/docs/docs.js, /docs/{file}, 200",
    "/docs/nothing, unmatched, 404"
  })
  void theDescriptionIsMeasuredByItsRoute(String path, String route, int status) {
    long before = count(route, status);

    edge.send("GET", path, request -> {}, HttpRequest.BodyPublishers.noBody()).expect(status);

    assertEquals(before + 1, count(route, status));
  }

  private static long count(String route, int status) {
    var timer =
        edge.registry
            .find("http.server.requests")
            .tag("route", route)
            .tag("status", Integer.toString(status))
            .timer();
    return timer == null ? 0 : timer.count();
  }

  @Test
  void aboveTheBoundRequestsAreRefusedLateAndTheRestIsAnswered() throws Exception {
    // Requests whose bodies never end hold their places.
    List<Socket> holding = new ArrayList<>();
    try {
      String head =
          """
          POST /v1/payments HTTP/1.1\r
          Host: a\r
          Authorization: Bearer %s\r
          Idempotency-Key: held\r
          Content-Type: application/json\r
          Content-Length: 100\r
          \r
          {"""
              .formatted(edge.bank());
      for (int i = 0; i < 4; i++) {
        Socket socket = connect();
        holding.add(socket);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      }
      long deadline = System.nanoTime() + Duration.ofMillis(900).toNanos();
      while (edge.registry.get("etibar.http.in.flight").gauge().value() < 4
          && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      long begin = System.nanoTime();

      Answer refused =
          edge.send("GET", "/v1/billers", request -> {}, HttpRequest.BodyPublishers.noBody())
              .expect(503, "OVERLOADED");

      assertEquals("1", refused.header("Retry-After"));
      assertEquals("RETRIABLE", refused.body().path("retry").asText());
      assertTrue(System.nanoTime() - begin >= Duration.ofMillis(50).toNanos());
      for (Socket socket : holding) {
        isProblem(read(socket), 400, "REQUEST_MALFORMED");
      }
    } finally {
      for (Socket socket : holding) {
        socket.close();
      }
    }
    edge.get(edge.bank(), "/v1/payments").expect(200);
    assertTrue(
        edge.registry.get("etibar.http.shed").tag("reason", "in_flight").counter().count() > 0);
  }

  @Test
  void manyAtOnceAreAnsweredOrRefusedAndNothingLeaks() {
    List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      HttpRequest request =
          HttpRequest.newBuilder(edge.uri("/v1/payments"))
              .header("Authorization", "Bearer " + edge.bank())
              .header("Idempotency-Key", "many-" + i)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(TestEdge.adHoc("12345678", "1.00")))
              .build();
      all.add(edge.client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    int paid = 0;
    for (CompletableFuture<HttpResponse<String>> one : all) {
      int status = one.join().statusCode();
      assertTrue(status == 201 || status == 503, () -> "status " + status);
      paid += status == 201 ? 1 : 0;
    }
    assertTrue(paid > 0);
    edge.get(edge.bank(), "/v1/payments").expect(200);
    assertEquals(0, edge.registry.get("etibar.http.in.flight").gauge().value());
  }
}
