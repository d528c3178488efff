package io.etibar.http.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The database stops for a while under load: nothing is lost, nobody has to restart anything. */
class LostDatabaseIT {

  private static final Duration OUTAGE = Duration.ofSeconds(20);

  @Test
  @Timeout(300)
  void theNodeRefusesMeanwhileAndRecoversByItself() throws Exception {
    List<String> bills =
        IntStream.range(0, 200).mapToObj(i -> Integer.toString(20_000_000 + i)).toList();
    try (Platform platform = Platform.start();
        NodeProcess node = platform.node("database-lost").start().awaitReady()) {
      platform.provision(node.url(), bills);
      try (Traffic traffic =
          new Traffic(platform.client(), () -> List.of(node.url()), bills, "d-", 7).start(16)) {
        Await.until(Duration.ofSeconds(30), () -> "no load", () -> traffic.committed() > 200);

        platform.database().stopServer();
        long stopped = System.nanoTime();
        Await.until(
            Duration.ofSeconds(10),
            () -> "it says that it is ready without a database",
            () -> node.ready() == 503);
        LockSupport.parkNanos(OUTAGE.toNanos() - (System.nanoTime() - stopped));
        int before = traffic.committed();
        Map<String, Long> refusals = traffic.passing();
        platform.database().startServer();
        long started = System.nanoTime();

        Await.until(
            Duration.ofSeconds(10),
            () -> "it does not recover",
            () -> traffic.committed() > before + 20 && node.ready() == 200);
        long recovered = Duration.ofNanos(System.nanoTime() - started).toMillis();
        traffic.finish(Duration.ofSeconds(60));

        assertEquals(List.of(), traffic.wrong());
        Set<String> codes = new TreeSet<>(refusals.keySet());
        assertTrue(codes.contains("OUTCOME_UNKNOWN"), codes::toString);
        codes.removeAll(
            Set.of("OUTCOME_UNKNOWN", "UNAVAILABLE", "OVERLOADED", "IN_FLIGHT", "BILL_RESERVED"));
        assertEquals(Set.of(), codes, "answers while the database was away");
        Books.assertAgree(platform, node.url(), traffic.outcomes().values(), bills);
        Books.assertRepeated(traffic, node.url(), traffic.outcomes());
        System.out.println("Recovered after " + recovered + " ms; refused meanwhile: " + refusals);
      }
    }
  }
}
