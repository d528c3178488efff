package io.etibar.http.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.demo.World.DemoBiller;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * A trickle of payments, as two banks' tills make them: look a bill up, pay what is due, or top a
 * meter up. When few unpaid bills are left, the agencies publish new ones.
 */
final class Traffic {
  private static final List<String> CHANNELS = List.of("CARD", "ACCOUNT", "CASH", "TERMINAL");
  private static final double AD_HOC_SHARE = 0.4;
  private static final int LOOKUPS = 5;
  private static final long TOKEN_NANOS = Duration.ofMinutes(5).toNanos();
  private static final int LATENCIES = 200;

  private record Token(String value, long since) {}

  private record Due(DemoBiller biller, String reference) {}

  /**
   * What came of it so far.
   *
   * @param refused answers other than 201
   * @param unanswered requests that came to nothing
   */
  record Figures(
      long paid, long amountMinor, long refused, long unanswered, double p50Ms, double p99Ms) {}

  private final ApiClient api;
  private final World world;
  private final Random random = new Random();
  private final Map<String, Token> tokens = new HashMap<>();
  private final List<Due> unpaid = new ArrayList<>();
  private final ArrayDeque<Long> latencies = new ArrayDeque<>();
  private long paid;
  private long amountMinor;
  private long refused;
  private long unanswered;

  Traffic(ApiClient api, World world) {
    this.api = api;
    this.world = world;
    for (DemoBiller biller : World.BILLERS) {
      for (int i = 0; i < World.BILLS_EACH; i++) {
        String reference = biller.reference(biller.first() + i);
        if (!reference.equals(World.TOUR_BILL)) {
          unpaid.add(new Due(biller, reference));
        }
      }
    }
  }

  /** Makes one payment. A node that does not answer is counted and no more. */
  void act() throws InterruptedException {
    try {
      if (random.nextDouble() < AD_HOC_SHARE) {
        topUp();
      } else {
        payBill();
      }
    } catch (IOException e) {
      count(-1, 0, 0);
    }
  }

  private void topUp() throws IOException, InterruptedException {
    DemoBiller electricity = World.biller("electricity");
    String meter = Long.toString(71_000_000L + random.nextInt(900_000));
    pay(
        Map.of(
            "biller",
            electricity.id(),
            "references",
            Map.of("meter", meter),
            "amount",
            Map.of("value", World.amount(electricity, random), "currency", "AZN"),
            "channel",
            channel()));
  }

  private void payBill() throws IOException, InterruptedException {
    // Those of an earlier day are mostly paid: a till looks the next one up.
    for (int lookup = 0; lookup < LOOKUPS; lookup++) {
      if (unpaid.isEmpty()) {
        publish();
      }
      Due due = unpaid.remove(random.nextInt(unpaid.size()));
      JsonNode bill =
          api.get(token(World.BANK), World.billPath(due.biller(), due.reference())).body();
      JsonNode most = bill.path("acceptable").path("max");
      if (most.isObject()) {
        // Where more than is due is accepted, the bound is no amount that anybody would pay.
        pay(bill(due, minor(most) > due.biller().mostMinor() ? bill.path("amount") : most));
        return;
      }
    }
  }

  private Map<String, Object> bill(Due due, JsonNode amount) {
    return Map.of(
        "biller", due.biller().id(),
        "bill", due.reference(),
        "amount", amount,
        "channel", channel());
  }

  private void pay(Map<String, Object> payment) throws IOException, InterruptedException {
    String bank = random.nextInt(3) == 0 ? World.BANK2 : World.BANK;
    String token = token(bank);
    long start = System.nanoTime();
    ApiClient.Answer answer =
        api.post(token, "/v1/payments", UUID.randomUUID().toString(), payment);
    long nanos = System.nanoTime() - start;
    count(answer.status(), nanos, answer.status() == 201 ? minor(answer.body().path("amount")) : 0);
  }

  /** A hundred new bills of each biller, with references that no earlier day has used. */
  private void publish() throws IOException, InterruptedException {
    long now = System.currentTimeMillis() / 1000;
    for (DemoBiller biller : World.BILLERS) {
      // The first digit differs from that of the first bills; a second in the rest is enough.
      long span = (long) Math.pow(10, biller.digits() - 1);
      long base = 9 * span + now % (span - 100);
      List<Map<String, Object>> lines = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        lines.add(world.bill(biller.reference(base + i), World.amount(biller, random), random));
      }
      List<JsonNode> answers =
          api.postLines(token(biller.owner()), "/v1/billers/" + biller.id() + "/bills", lines);
      for (int i = 0; i < answers.size(); i++) {
        if (answers.get(i).path("status").asInt() == 201) {
          unpaid.add(new Due(biller, biller.reference(base + i)));
        }
      }
    }
  }

  private String token(String participant) throws IOException, InterruptedException {
    Token token = tokens.get(participant);
    if (token == null || System.nanoTime() - token.since() > TOKEN_NANOS) {
      token = new Token(api.token(participant), System.nanoTime());
      tokens.put(participant, token);
    }
    return token.value();
  }

  private String channel() {
    return CHANNELS.get(random.nextInt(CHANNELS.size()));
  }

  private static long minor(JsonNode money) {
    return Long.parseLong(money.path("value").asText("0").replace(".", ""));
  }

  private synchronized void count(int status, long nanos, long minor) {
    switch (status) {
      case -1 -> unanswered++;
      case 201 -> {
        paid++;
        amountMinor += minor;
        latencies.add(nanos);
        if (latencies.size() > LATENCIES) {
          latencies.remove();
        }
      }
      default -> refused++;
    }
  }

  synchronized Figures figures() {
    long[] sorted = latencies.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Figures(
        paid, amountMinor, refused, unanswered, percentile(sorted, 0.5), percentile(sorted, 0.99));
  }

  private static double percentile(long[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length - 1) * share)] / 1e6;
  }
}
