package io.etibar.http.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.nodes.Client.Answer;
import io.etibar.http.nodes.Traffic.Outcome;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What has to be true after whatever happened. */
final class Books {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int READERS = 8;

  private Books() {}

  /** Each of these is answered again as it was the first time. */
  static void assertRepeated(Traffic traffic, URI node, Map<String, Outcome> outcomes)
      throws Exception {
    List<Future<?>> checks = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(READERS)) {
      outcomes.forEach(
          (key, outcome) ->
              checks.add(
                  threads.submit(
                      () -> {
                        Answer again = traffic.repeat(node, key);
                        assertEquals(outcome, new Outcome(again.status(), again.body()), key);
                        assertTrue(again.status() != 201 || again.replayed(), key);
                        return null;
                      })));
    }
    for (Future<?> check : checks) {
      check.get();
    }
  }

  /**
   * Nothing is reserved any more, the list holds every committed payment once and nothing else, and
   * each bill has collected what its payments brought and no more than its amount.
   */
  static void assertAgree(
      Platform platform, URI node, Collection<Outcome> outcomes, List<String> bills)
      throws Exception {
    Set<String> committed = new HashSet<>();
    Map<String, BigDecimal> collected = new HashMap<>();
    for (Outcome outcome : outcomes) {
      if (outcome.status() == 201) {
        JsonNode payment = Platform.JSON.readTree(outcome.body());
        assertTrue(
            committed.add(payment.path("id").asText()), () -> "two keys, one payment: " + payment);
        if (payment.hasNonNull("bill")) {
          collected.merge(payment.path("bill").asText(), value(payment, "amount"), BigDecimal::add);
        }
      }
    }
    // First what is known to be open, which costs one query; then what the bills themselves say.
    Await.until(
        PATIENCE,
        () -> "reservations stay open",
        () -> platform.openReservations() == 0 && reserved(platform, node, bills).isEmpty());
    Await.until(
        PATIENCE,
        () -> "the list does not hold what is committed",
        () -> platform.listed(node).size() >= committed.size());
    assertEquals(committed, platform.listed(node));
    for (String reference : bills) {
      JsonNode bill = bill(platform, node, reference);
      BigDecimal paid = value(bill, "paid");
      assertEquals(
          0,
          paid.compareTo(collected.getOrDefault(reference, BigDecimal.ZERO)),
          () -> reference + " has " + bill);
      assertTrue(
          paid.compareTo(value(bill, "amount")) <= 0, () -> reference + " is over-collected");
    }
  }

  /** Bills of which less can be paid than is due, because a payment holds the rest. */
  private static List<String> reserved(Platform platform, URI node, List<String> bills)
      throws Exception {
    List<String> reserved = new ArrayList<>();
    for (String reference : bills) {
      JsonNode bill = bill(platform, node, reference);
      BigDecimal free = value(bill.path("acceptable"), "max");
      if (value(bill, "paid").add(free).compareTo(value(bill, "amount")) != 0) {
        reserved.add(reference);
      }
    }
    return reserved;
  }

  static JsonNode bill(Platform platform, URI node, String reference) throws Exception {
    String path = "/v1/billers/" + Platform.BILLER + "/bills/" + reference;
    return platform.client().get(node, Platform.BANK, path).json();
  }

  private static BigDecimal value(JsonNode parent, String money) {
    return new BigDecimal(parent.path(money).path("value").asText("0"));
  }
}
