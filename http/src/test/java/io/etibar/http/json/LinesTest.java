package io.etibar.http.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.NotUsed;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static final int MAX = 64 * 1024;

  private static ActorTestKit kit;

  @BeforeAll
  static void start() {
    kit =
        ActorTestKit.create(
            "lines",
            ConfigFactory.parseString("akka.loglevel = WARNING")
                .withFallback(ConfigFactory.defaultReference()));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private static List<String> cut(List<String> chunks) throws Exception {
    return Source.from(chunks)
        .map(ByteString::fromString)
        .via(Lines.flow(MAX))
        .map(
            line ->
                switch (line) {
                  case Lines.Text(var number, var bytes) ->
                      number + ":" + new String(bytes, StandardCharsets.UTF_8);
                  case Lines.TooLong(var number) -> number + "!";
                })
        .runWith(Sink.seq(), kit.system())
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  @Test
  void linesEndWithANewlineOrTheStream() throws Exception {
    assertEquals(List.of("1:a", "2:b"), cut(List.of("a\nb")));
    assertEquals(List.of("1:a", "2:b"), cut(List.of("a\nb\n")));
    assertEquals(List.of("1:a\r"), cut(List.of("a\r\n")));
    assertEquals(List.of(), cut(List.of()));
  }

  @Test
  void blankLinesCountButAreNotAnswered() throws Exception {
    assertEquals(List.of("2:a", "5:b"), cut(List.of("\na\n \t\r\n\nb\n\n\n")));
  }

  @Test
  void aLineThatIsTooLongIsPassedOver() throws Exception {
    String fits = "x".repeat(MAX);
    String over = "y".repeat(MAX + 1);
    assertEquals(
        List.of("1:a", "2!", "3:" + fits, "4!"),
        cut(List.of("a\n" + over + "\n" + fits + "\n" + over + over)));
  }

  @Test
  void whereTheChunksEndDoesNotMatter() throws Exception {
    Random random = new Random(7);
    String text =
        String.join(
            "\n",
            IntStream.range(0, 200).mapToObj(i -> "é".repeat(random.nextInt(40)) + i).toList());
    List<String> whole = cut(List.of(text));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int size = 1; size < 50; size += 7) {
      List<ByteString> chunks = new ArrayList<>();
      for (int i = 0; i < bytes.length; i += size) {
        chunks.add(ByteString.fromArray(bytes, i, Math.min(size, bytes.length - i)));
      }
      List<String> cut =
          Source.from(chunks)
              .via(Lines.flow(MAX))
              .map(
                  line ->
                      line.number()
                          + ":"
                          + new String(((Lines.Text) line).bytes(), StandardCharsets.UTF_8))
              .runWith(Sink.seq(), kit.system())
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      assertEquals(whole, cut);
    }
  }

  @Test
  void aMillionLinesGoThroughWithoutPilingUp() throws Exception {
    // 1,000,000 lines, each hundredth of 1 MiB in chunks: 10 GiB if anything were kept.
    ByteString line = ByteString.fromString("{\"key\": \"k\", \"biller\": \"water\"}\n");
    ByteString huge = ByteString.fromString("z".repeat(MAX));
    AtomicLong ahead = new AtomicLong();
    AtomicLong most = new AtomicLong();
    Source<ByteString, NotUsed> million =
        Source.range(1, 1_000_000)
            .mapConcat(
                i ->
                    i % 1000 == 0
                        ? List.of(huge, huge, huge, ByteString.fromString("\n"))
                        : List.of(line))
            .map(
                chunk -> {
                  most.accumulateAndGet(ahead.incrementAndGet(), Math::max);
                  return chunk;
                });
    long[] counts =
        million
            .via(Lines.flow(MAX))
            .toMat(
                Sink.fold(
                    new long[2],
                    (sum, one) -> {
                      ahead.set(0);
                      sum[one instanceof Lines.Text ? 0 : 1]++;
                      return sum;
                    }),
                Keep.right())
            .run(kit.system())
            .toCompletableFuture()
            .get(120, TimeUnit.SECONDS);

    assertEquals(999_000, counts[0]);
    assertEquals(1_000, counts[1]);
    assertTrue(most.get() < 100, () -> most + " chunks were taken before a line came out");
  }
}
