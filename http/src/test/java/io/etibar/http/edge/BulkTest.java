package io.etibar.http.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.core.participant.Role;
import io.etibar.core.participant.Status;
import io.etibar.http.security.Scope;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BulkTest {
  private static final String PATH = "/v1/payments/bulk";

  private static TestEdge edge;

  @BeforeAll
  static void start() throws Exception {
    // Fifty thousand lines with every message serialized: on a busy machine one may take its time.
    edge = TestEdge.start("etibar.http.ask-timeout = 30 s");
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  private static String line(String key, String meter) {
    return """
        {"key": "%s", "biller": "water", "references": {"meter": "%s"}, "amount": {"value": "1.00", "currency": "AZN"}, "channel": "CARD"}"""
        .formatted(key, meter);
  }

  private static List<JsonNode> send(String body) throws Exception {
    List<JsonNode> answers = new ArrayList<>();
    for (String line : edge.lines(edge.bank(), PATH, body).expect(200).text().lines().toList()) {
      answers.add(TestEdge.JSON.readTree(line));
    }
    return answers;
  }

  @Test
  void eachLineIsAnsweredInItsPlace() throws Exception {
    String bill = edge.newBill();
    List<JsonNode> answers =
        send(
            String.join(
                "\n",
                line("l1-" + bill, "12345678"),
                "",
                "not json",
                line("l2", "12345678").replace("\"1.00\"", "1.00"),
                line("l3", "12345678").replace("\"key\": \"l3\", ", ""),
                line("l4", "12345678").replace("CARD", "CARD\", \"x\": \"y"),
                "{\"key\": \"" + "x".repeat(70_000) + "\"}",
                line("l5 l5", "12345678"),
                line("l6", "1"),
                line("l1-" + bill, "12345678"),
                "[1]",
                line("l7-" + bill, "12345678")));

    assertEquals(
        List.of(
            "1:201", "3:400", "4:422", "5:422", "6:400", "7:413", "8:422", "9:422", "10:201",
            "11:400", "12:201"),
        answers.stream().map(a -> a.path("line") + ":" + a.path("status")).toList());
    assertEquals("amount.value", answers.get(2).path("problem").path("field").asText());
    assertEquals("key", answers.get(3).path("problem").path("field").asText());
    assertEquals("BODY_TOO_LARGE", answers.get(5).path("problem").path("code").asText());
    assertTrue(
        answers.get(8).path("replayed").asBoolean()
            || answers.get(8).path("payment").equals(answers.get(0).path("payment")),
        answers::toString);
  }

  @Test
  void anEmptyStreamIsAnsweredWithNone() throws Exception {
    assertEquals(List.of(), send(""));
    assertEquals(List.of(), send("\n\n"));
  }

  @Test
  void theSameStreamAgainIsAnsweredTheSame() throws Exception {
    String body =
        String.join(
            "\n",
            IntStream.range(0, 300).mapToObj(i -> line("again-" + i, "1234567" + i % 10)).toList());
    List<JsonNode> first = send(body);
    List<JsonNode> second = send(body);

    for (int i = 0; i < 300; i++) {
      assertEquals(201, first.get(i).path("status").asInt(), first.get(i)::toString);
      assertEquals(first.get(i).path("payment"), second.get(i).path("payment"));
      assertTrue(second.get(i).path("replayed").asBoolean());
    }
  }

  @Test
  void aStreamIsJudgedBeforeItIsRead() {
    edge.lines(edge.waterWorks(), PATH, line("k", "12345678")).expect(403, "SCOPE_MISSING");
    edge.lines("x", PATH, line("k", "12345678")).expect(401, "TOKEN_INVALID");
    edge.send(
            "POST",
            PATH,
            java.util.Map.of("Authorization", "Bearer " + edge.bank()),
            "application/json",
            "{}")
        .expect(415, "MEDIA_TYPE_UNSUPPORTED");
  }

  /** A request that goes on while its answer is read, which java.net.http does not offer. */
  private static final class Stream implements AutoCloseable {
    private final Socket socket;
    private final OutputStream out;
    private final InputStream in;

    Stream(String token) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), edge.port());
      socket.setSoTimeout(20_000);
      out = new BufferedOutputStream(socket.getOutputStream());
      in = new BufferedInputStream(socket.getInputStream());
      String head =
          """
          POST %s HTTP/1.1\r
          Host: a\r
          Authorization: Bearer %s\r
          Content-Type: application/x-ndjson\r
          Transfer-Encoding: chunked\r
          \r
          """
              .formatted(PATH, token);
      out.write(head.getBytes(StandardCharsets.US_ASCII));
    }

    void send(String line) throws IOException {
      byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
      out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(bytes);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    void flush() throws IOException {
      out.flush();
    }

    void end() throws IOException {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }

    /** The answer's lines, after its head. */
    BufferedReader answers() throws IOException {
      String status = rawLine();
      assertTrue(status.startsWith("HTTP/1.1 200"), status);
      while (!rawLine().isEmpty()) {
        // The rest of the head.
      }
      return new BufferedReader(new InputStreamReader(new Chunks(), StandardCharsets.UTF_8));
    }

    private String rawLine() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        line.append((char) b);
      }
      return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }

    /** Takes the chunked coding off. */
    private final class Chunks extends InputStream {
      private int left;
      private boolean ended;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0 && !ended) {
          left = Integer.parseInt(rawLine(), 16);
          ended = left == 0;
        }
        if (ended) {
          return -1;
        }
        int count = in.read(bytes, offset, Math.min(length, left));
        left -= count;
        if (left == 0) {
          rawLine();
        }
        return count;
      }
    }
  }

  @Test
  void fiftyThousandLinesStreamBothWaysAtOnce() throws Exception {
    int count = 50_000;
    try (Stream stream = new Stream(edge.bank())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  for (int i = 0; i < count; i++) {
                    stream.send(i % 100 == 99 ? "broken" : line("stream-" + i, "12345678"));
                  }
                  stream.end();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      int number = 0;
      BufferedReader reader = stream.answers();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int status = number % 100 == 99 ? 400 : 201;
        number++;
        assertTrue(line.startsWith("{\"line\":" + number + ",\"status\":" + status + ","), line);
      }
      assertEquals(count, number);
    }
    assertEquals(0, edge.registry.get("etibar.http.in.flight").gauge().value());
  }

  @Test
  void aParticipantThatIsSuspendedMeanwhilePaysNoMore() throws Exception {
    edge.register("stopped", Role.BANK);
    try (Stream stream = new Stream(edge.token("stopped", Scope.PAYMENTS_WRITE))) {
      stream.send(line("s1", "12345678"));
      stream.flush();
      BufferedReader reader = stream.answers();
      String answer = reader.readLine();
      assertTrue(answer.contains("\"status\":201"), answer);
      edge.register("stopped", Role.BANK, Status.SUSPENDED, 100);
      long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
      for (int i = 0; answer.contains("\"status\":201") && System.nanoTime() < deadline; i++) {
        stream.send(line("after-" + i, "12345678"));
        stream.flush();
        answer = reader.readLine();
      }
      assertTrue(answer.contains("PARTICIPANT_SUSPENDED"), answer);
      stream.end();
    }
  }
}
