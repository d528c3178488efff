package io.etibar.http.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.nodes.Client.Answer;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Three nodes as three processes on one database. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThreeNodesIT {

  private static final List<String> BILLS =
      IntStream.range(0, 300).mapToObj(i -> Integer.toString(20_000_000 + i)).toList();
  private static final String LONE_BILL = "77777777";

  private static Platform platform;
  private static List<NodeProcess> nodes;
  private static Map<String, String> seeds;

  @BeforeAll
  static void start() throws Exception {
    platform = Platform.start();
    nodes = List.of(platform.node("three-1"), platform.node("three-2"), platform.node("three-3"));
    seeds =
        Map.of(
            "ETIBAR_CLUSTER_SEEDS",
            String.join(",", nodes.stream().map(NodeProcess::clusterAddress).toList()));
    // The first forms the cluster; the others find it whenever they come.
    for (NodeProcess node : nodes) {
      node.start(seeds);
    }
    for (NodeProcess node : nodes) {
      node.awaitReady();
    }
    awaitMembers(3);
    List<String> all = new ArrayList<>(BILLS);
    all.add(LONE_BILL);
    platform.provision(nodes.get(0).url(), all);
  }

  @AfterAll
  static void stop() throws Exception {
    platform.close();
  }

  @Test
  @Order(1)
  @Timeout(60)
  void theSameKeyAtAllNodesAtOnceIsOnePayment() throws Exception {
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
    int callers = 48;
    CyclicBarrier together = new CyclicBarrier(callers);
    List<Future<Answer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        URI node = nodes.get(i % nodes.size()).url();
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
    assertTrue(first <= 1, "more than one was told that it was the first");
    for (NodeProcess node : nodes) {
      Answer again = platform.client().pay(node.url(), "same-key", what);
      assertEquals(bodies, Set.of(again.body()));
      assertTrue(again.replayed());
      JsonNode bill =
          platform
              .client()
              .get(
                  node.url(),
                  Platform.BANK,
                  "/v1/billers/" + Platform.BILLER + "/bills/" + LONE_BILL)
              .json();
      assertEquals("20.00", bill.path("paid").path("value").asText(), bill::toString);
    }
  }

  @Test
  @Order(2)
  @Timeout(240)
  void oneNodeIsStoppedAndAnotherKilledUnderTraffic() throws Exception {
    try (Traffic traffic =
        new Traffic(platform.client(), ThreeNodesIT::living, BILLS, "t-", 42).start(12)) {
      Await.until(Duration.ofSeconds(30), () -> "no load", () -> traffic.committed() > 300);

      nodes.get(2).stop();
      awaitMore(traffic, 200, Duration.ofSeconds(20), "after a node was stopped");
      nodes.get(2).start(seeds).awaitReady();
      awaitMembers(3);
      awaitMore(traffic, 100, Duration.ofSeconds(20), "after a node was started");

      nodes.get(1).kill();
      // Entities that lived there are away until the others are sure that it is dead.
      awaitMembers(2);
      awaitMore(traffic, 200, Duration.ofSeconds(30), "after a node was killed");
      traffic.finish(Duration.ofSeconds(60));

      assertEquals(List.of(), traffic.wrong());
      Map<String, Traffic.Outcome> outcomes = traffic.outcomes();
      for (NodeProcess node : List.of(nodes.get(0), nodes.get(2))) {
        Books.assertRepeated(traffic, node.url(), outcomes);
      }
      Set<String> listed = platform.listed(nodes.get(0).url());
      assertEquals(
          traffic.committed() + 1,
          listed.size(),
          "every payment once, and the one of the same key");
      System.out.println(
          traffic.committed() + " payments committed; asked again: " + traffic.passing());
    }
  }

  private static List<URI> living() {
    return nodes.stream().filter(NodeProcess::isAlive).map(NodeProcess::url).toList();
  }

  private static void awaitMore(Traffic traffic, int more, Duration patience, String when)
      throws Exception {
    int before = traffic.committed();
    Await.until(
        patience,
        () -> "no payments " + when + ": " + traffic.passing(),
        () -> traffic.committed() > before + more);
  }

  private static void awaitMembers(int count) throws Exception {
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
}
