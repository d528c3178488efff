package io.etibar.http.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.core.bill.Bill;
import io.etibar.core.payment.Payment;
import io.etibar.http.nodes.Client.Answer;
import io.etibar.http.nodes.Traffic.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three nodes as three processes on one database are one platform. */
class ThreeNodesIT {

  private static final List<String> BILLS =
      IntStream.range(0, 300).mapToObj(i -> Integer.toString(20_000_000 + i)).toList();
  private static final String LONE_BILL = "77777777";
  private static final int CALLERS = 48;

  @Test
  @Timeout(240)
  void anyNodeAnswersAndNoneIsMissedWhenItGoes() throws Exception {
    try (Platform platform = Platform.start()) {
      Cluster cluster = new Cluster(platform);
      cluster.start();
      List<String> bills = Stream.concat(BILLS.stream(), Stream.of(LONE_BILL)).toList();
      platform.provision(cluster.url(0), bills);

      Outcome first = paySameKeyEverywhere(platform, cluster);
      try (Traffic traffic =
          new Traffic(platform.client(), cluster::living, BILLS, "t-", 42).start(12)) {
        awaitMore(traffic, 300, Duration.ofSeconds(30), "at first");
        cluster.assertSpread();

        cluster.nodes.get(2).stop();
        awaitMore(traffic, 200, Duration.ofSeconds(20), "after a node was stopped");
        cluster.nodes.get(2).start(cluster.seeds).awaitReady();
        cluster.awaitMembers(3);
        awaitMore(traffic, 100, Duration.ofSeconds(20), "after a node was started");

        cluster.nodes.get(1).kill();
        long killed = System.nanoTime();
        // Entities that lived there are away until the others are sure that it is dead.
        cluster.awaitMembers(2);
        awaitMore(traffic, 200, Duration.ofSeconds(30), "after a node was killed");
        long back = Duration.ofNanos(System.nanoTime() - killed).toSeconds();
        traffic.finish(Duration.ofSeconds(60));

        assertEquals(List.of(), traffic.wrong());
        Map<String, Outcome> outcomes = traffic.outcomes();
        Books.assertRepeated(traffic, cluster.url(0), outcomes);
        Books.assertRepeated(traffic, cluster.url(2), outcomes);
        List<Outcome> all = new ArrayList<>(outcomes.values());
        all.add(first);
        Books.assertAgree(platform, cluster.url(0), all, bills);
        System.out.println(
            "Three nodes: "
                + traffic.committed()
                + " payments committed; back "
                + back
                + " s after a kill; asked again: "
                + traffic.passing());
      }
    }
  }

  /** All of them ask for the same payment at once, at all nodes: it is made once. */
  private static Outcome paySameKeyEverywhere(Platform platform, Cluster cluster) throws Exception {
    Map<String, Object> what =
        Map.of(
            "biller",
            Platform.BILLER,
            "bill",
            LONE_BILL,
            "amount",
            Map.of("value", "20.00", "currency", "AZN"),
            "channel",
            "CASH");
    CyclicBarrier together = new CyclicBarrier(CALLERS);
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        URI node = cluster.url(i % 3);
        answers.add(
            threads.submit(
                () -> {
                  together.await();
                  return platform.client().pay(node, "same-key", what);
                }));
      }
    }
    Set<String> bodies = new HashSet<>();
    int first = 0;
    for (Future<Answer> answer : answers) {
      Answer given = answer.get();
      if (given.status() == 201) {
        bodies.add(given.body());
        first += given.replayed() ? 0 : 1;
      } else {
        assertEquals("IN_FLIGHT", given.code(), given::toString);
      }
    }
    assertEquals(1, bodies.size(), bodies::toString);
    assertEquals(1, first, "told that they were the first");
    for (int i = 0; i < 3; i++) {
      Answer again = platform.client().pay(cluster.url(i), "same-key", what);
      assertEquals(bodies, Set.of(again.body()));
      assertTrue(again.replayed());
      JsonNode bill = Books.bill(platform, cluster.url(i), LONE_BILL);
      assertEquals("20.00", bill.path("paid").path("value").asText(), bill::toString);
    }
    return new Outcome(201, bodies.iterator().next());
  }

  private static void awaitMore(Traffic traffic, int more, Duration patience, String when)
      throws Exception {
    int before = traffic.committed();
    Await.until(
        patience,
        () -> "no payments " + when + ": " + traffic.passing(),
        () -> traffic.committed() > before + more);
  }

  private static final class Cluster {
    private final List<NodeProcess> nodes;
    private final Map<String, String> seeds;

    Cluster(Platform platform) throws Exception {
      nodes = List.of(platform.node("three-1"), platform.node("three-2"), platform.node("three-3"));
      seeds =
          Map.of(
              "ETIBAR_CLUSTER_SEEDS",
              String.join(",", nodes.stream().map(NodeProcess::clusterAddress).toList()));
    }

    /** The first forms the cluster; the others find it whenever they come. */
    void start() throws Exception {
      for (NodeProcess node : nodes) {
        node.start(seeds);
      }
      for (NodeProcess node : nodes) {
        node.awaitReady();
      }
      awaitMembers(3);
    }

    URI url(int node) {
      return nodes.get(node).url();
    }

    List<URI> living() {
      return nodes.stream().filter(NodeProcess::isAlive).map(NodeProcess::url).toList();
    }

    void awaitMembers(int count) throws Exception {
      Await.until(
          Duration.ofSeconds(40),
          () -> "there are not " + count + " members",
          () -> {
            JsonNode members = Platform.JSON.readTree(nodes.get(0).management("/cluster/members"));
            int up = 0;
            for (JsonNode member : members.path("members")) {
              up += member.path("status").asText().equals("Up") ? 1 : 0;
            }
            return up == count
                && members.path("members").size() == count
                && members.path("unreachable").isEmpty();
          });
    }

    /** Bills and payments live on every node: most requests come to a node where theirs do not. */
    void assertSpread() throws Exception {
      for (NodeProcess node : nodes) {
        for (String type : List.of(Bill.TYPE_KEY.name(), Payment.TYPE_KEY.name())) {
          String shards = node.management("/cluster/shards/" + type);
          assertTrue(
              Platform.JSON.readTree(shards).path("regions").size() > 10,
              () -> type + " at " + node.url() + ": " + shards);
        }
      }
    }
  }
}
