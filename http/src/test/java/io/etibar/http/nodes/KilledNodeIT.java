package io.etibar.http.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.http.nodes.Traffic.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that is killed at random moments under load loses nothing that it has acknowledged. */
class KilledNodeIT {

  private static final long SEED = 20_261_121L;
  private static final int KILLS = 20;
  private static final int CHANNELS = 16;

  @Test
  @Timeout(600)
  void everyAcknowledgedPaymentIsThereAfterEachOfTwentyKills() throws Exception {
    Random random = new Random(SEED);
    List<String> bills =
        IntStream.range(0, 400).mapToObj(i -> Integer.toString(20_000_000 + i)).toList();
    try (Platform platform = Platform.start();
        NodeProcess node = platform.node("killed").start().awaitReady()) {
      platform.provision(node.url(), bills);
      try (Traffic traffic =
          new Traffic(platform.client(), () -> List.of(node.url()), bills, "k-", SEED)
              .start(CHANNELS)) {
        Map<String, Outcome> known = new HashMap<>();
        for (int kill = 1; kill <= KILLS; kill++) {
          // A random moment, in microseconds: between two writes, in the middle of one, or while
          // everything starts.
          int before = traffic.committed();
          Await.until(
              Duration.ofSeconds(30),
              () -> "no payment gets through",
              () -> traffic.committed() > before);
          LockSupport.parkNanos(Duration.ofMillis(100).toNanos() + random.nextLong(900_000_000L));
          node.kill();
          Map<String, Outcome> acknowledged = traffic.outcomes();
          node.start().awaitReady();

          Map<String, Outcome> fresh = new HashMap<>(acknowledged);
          fresh.keySet().removeAll(known.keySet());
          Books.assertRepeated(traffic, node.url(), fresh);
          known = acknowledged;
        }
        traffic.finish(Duration.ofSeconds(60));

        assertEquals(List.of(), traffic.wrong());
        Books.assertAgree(platform, node.url(), List.of(traffic), bills);
        Books.assertRepeated(traffic, node.url(), traffic.outcomes());
        int committed = traffic.committed();
        assertTrue(committed > 20 * KILLS, () -> "hardly any load: " + committed);
        System.out.println(
            KILLS
                + " kills, "
                + committed
                + " payments committed; asked again: "
                + traffic.passing());
      }
    }
  }
}
