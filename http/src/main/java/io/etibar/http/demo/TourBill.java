package io.etibar.http.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.demo.World.DemoBiller;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Keeps the bill of the examples payable, day after day: what was paid on it before this start, the
 * utility gives back.
 */
final class TourBill {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ApiClient api;
  private final DemoBiller water = World.biller("water");

  TourBill(ApiClient api) {
    this.api = api;
  }

  /**
   * Gives the payments of the bill back that were committed from {@code since} on, unless nothing
   * is paid on it.
   */
  void makePayable(Instant since) throws IOException, InterruptedException {
    String token = api.token(water.owner());
    if (isPayable(token)) {
      return;
    }
    String from = "/v1/payments?limit=100&from=" + encoded(since.toString());
    String after = "";
    do {
      JsonNode page = api.get(token, from + after).expect(200).body();
      for (JsonNode payment : page.path("items")) {
        if (World.TOUR_BILL.equals(payment.path("bill").asText())) {
          giveBack(token, payment);
        }
      }
      String next = page.path("next").asText("");
      after = next.isEmpty() ? "" : "&after=" + encoded(next);
    } while (!after.isEmpty());
    // The bill learns of it a moment later.
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isPayable(token) && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
  }

  private boolean isPayable(String token) throws IOException, InterruptedException {
    JsonNode bill = api.get(token, World.billPath(water, World.TOUR_BILL)).expect(200).body();
    return World.TOUR_AMOUNT.equals(bill.path("acceptable").path("max").path("value").asText());
  }

  private void giveBack(String token, JsonNode payment) throws IOException, InterruptedException {
    var left =
        new BigDecimal(payment.path("amount").path("value").asText())
            .subtract(new BigDecimal(payment.path("returned").path("value").asText("0")));
    if (left.signum() > 0) {
      String id = payment.path("id").asText();
      Map<String, Object> all =
          Map.of(
              "amount",
              Map.of("value", left.toPlainString(), "currency", "AZN"),
              "reason",
              "OTHER");
      // 422 where more was given back meanwhile, 201 else.
      api.post(token, "/v1/payments/" + id + "/returns", "tour-" + id + "-" + left, all)
          .expect(200, 201, 422);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
