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

  private static final long SEED = 20_261_123L;
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
        boolean serving = true;
        int whileServing = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
          // A random moment, in microseconds: between two writes, or in the middle of one; or while
          // the node starts, and takes up what the one before has left.
          if (serving) {
            whileServing++;
            int before = traffic.committed();
            Await.until(
                Duration.ofSeconds(30),
                () -> "no payment gets through",
                () -> traffic.committed() > before);
            pause(random, Duration.ofSeconds(1));
          } else {
            pause(random, Duration.ofSeconds(5));
          }
          node.kill();
          Map<String, Outcome> acknowledged = traffic.outcomes();
          node.start();
          serving = random.nextBoolean() || kill == KILLS;
          if (serving) {
            node.awaitReady();
            // The machine is for asking again, or each round's load would outgrow the last.
            traffic.pause();
            Map<String, Outcome> fresh = new HashMap<>(acknowledged);
            fresh.keySet().removeAll(known.keySet());
            Books.assertRepeated(traffic, node.url(), fresh);
            known = acknowledged;
            traffic.resume();
          }
        }
        traffic.finish(Duration.ofSeconds(60));

        assertEquals(List.of(), traffic.wrong());
        Books.assertAgree(platform, node.url(), traffic.outcomes().values(), bills);
        Books.assertRepeated(traffic, node.url(), traffic.outcomes());
        int committed = traffic.committed();
        assertTrue(committed > 20 * KILLS, () -> "hardly any load: " + committed);
        System.out.println(
            KILLS
                + " kills, "
                + whileServing
                + " of them of a node that served; "
                + committed
                + " payments committed; asked again: "
                + traffic.passing());
      }
    }
  }

  private static void pause(Random random, Duration most) {
    LockSupport.parkNanos(random.nextLong(most.toNanos()));
  }
}
