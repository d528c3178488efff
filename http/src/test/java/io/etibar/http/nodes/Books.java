package io.etibar.http.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.nodes.Client.Answer;
import io.etibar.http.nodes.Traffic.Outcome;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What has to be true after whatever happened. */
final class Books {

  private Books() {}

  /** Each of these is answered again as it was the first time. */
  static void assertRepeated(Traffic traffic, URI node, Map<String, Outcome> outcomes)
      throws Exception {
    for (Map.Entry<String, Outcome> known : outcomes.entrySet()) {
      Answer again = traffic.repeat(node, known.getKey());
      assertEquals(known.getValue(), new Outcome(again.status(), again.body()), known.getKey());
      if (again.status() == 201) {
        assertTrue(again.replayed(), known.getKey());
      }
    }
  }

  /**
   * Nothing is reserved any more, the list holds every committed payment once and nothing else, and
   * each bill has collected what its payments brought and no more than its amount.
   */
  static void assertAgree(Platform platform, URI node, List<Traffic> traffics, List<String> bills)
      throws Exception {
    Set<String> committed = new HashSet<>();
    Map<String, BigDecimal> collected = new HashMap<>();
    for (Traffic traffic : traffics) {
      for (Outcome outcome : traffic.outcomes().values()) {
        if (outcome.status() == 201) {
          JsonNode payment = Platform.JSON.readTree(outcome.body());
          assertTrue(
              committed.add(payment.path("id").asText()),
              () -> "two keys, one payment: " + payment);
          if (payment.hasNonNull("bill")) {
            collected.merge(
                payment.path("bill").asText(),
                new BigDecimal(payment.path("amount").path("value").asText()),
                BigDecimal::add);
          }
        }
      }
    }
    Await.until(
        Duration.ofSeconds(30),
        () -> "reservations stay open",
        () -> platform.openReservations() == 0);
    Await.until(
        Duration.ofSeconds(30),
        () -> "the list does not hold what is committed",
        () -> platform.listed(node).size() >= committed.size());
    assertEquals(committed, platform.listed(node));
    for (String bill : bills) {
      JsonNode view =
          platform
              .client()
              .get(node, Platform.BANK, "/v1/billers/" + Platform.BILLER + "/bills/" + bill)
              .json();
      BigDecimal paid = new BigDecimal(view.path("paid").path("value").asText());
      assertEquals(
          0,
          paid.compareTo(collected.getOrDefault(bill, BigDecimal.ZERO)),
          () -> bill + " has " + view);
      assertTrue(
          paid.compareTo(new BigDecimal("20.00")) <= 0, () -> bill + " is over-collected: " + view);
    }
  }
}
