package io.etibar.http.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Who takes part in the demonstration and what is owed: two banks, four agencies with five billers,
 * and a thousand bills of each. It is put there over the API, and where it is there already nothing
 * is done twice.
 */
final class World {
  static final String OPERATOR = "operator";
  static final String BANK = "bank-a";
  static final String BANK2 = "bank-b";

  /** The bill that the tour in the README looks up and pays. */
  static final String TOUR_BILL = "20045678";

  static final String TOUR_AMOUNT = "12.50";
  static final int BILLS_EACH = 1_000;

  /**
   * A biller of the demonstration.
   *
   * @param first the reference of its first bill; the others follow
   * @param digits how long the references of its bills here are; it accepts 6 to 12
   * @param leastMinor the least that a bill is over, in minor units
   * @param mostMinor the most
   */
  record DemoBiller(
      String id,
      String name,
      String owner,
      String category,
      String amountRule,
      int graceDays,
      long first,
      int digits,
      long leastMinor,
      long mostMinor,
      boolean adHoc,
      String classification,
      String account) {

    String reference(long number) {
      return ("%0" + digits + "d").formatted(number);
    }
  }

  static final List<DemoBiller> BILLERS =
      List.of(
          new DemoBiller(
              "water",
              "City Water Works",
              "water-works",
              "utilities",
              "EXACT",
              365,
              20_045_000L,
              8,
              300,
              6_000,
              false,
              "142330",
              "AZ96AZEJ00000000001234567890"),
          new DemoBiller(
              "electricity",
              "Power Grid",
              "energy",
              "utilities",
              "ANY",
              365,
              7_100_400_000L,
              10,
              500,
              25_000,
              true,
              "142310",
              "AZ77VTBA00000000001234567890"),
          new DemoBiller(
              "gas",
              "Gas Networks",
              "energy",
              "utilities",
              "UP_TO",
              365,
              301_200_000L,
              9,
              400,
              40_000,
              false,
              "142320",
              "AZ37NABZ01350100000000001944"),
          new DemoBiller(
              "tax",
              "State Tax Service",
              "tax-service",
              "taxes",
              "UP_TO",
              3_650,
              140_020_060_000L,
              12,
              1_000,
              2_000_000,
              false,
              "111100",
              "AZ02NABZ01360100000000003944"),
          new DemoBiller(
              "traffic-fines",
              "Road Police",
              "road-police",
              "fines",
              "EXACT",
              3_650,
              510_000L,
              6,
              2_000,
              20_000,
              false,
              "143100",
              "AZ21NABZ01360100000000004944"));

  private final ApiClient api;
  private final Keys keys;
  private final LocalDate today;

  World(ApiClient api, Keys keys, LocalDate today) {
    this.api = api;
    this.keys = keys;
    this.today = today;
  }

  static List<String> participants() {
    List<String> ids = new ArrayList<>(List.of(OPERATOR, BANK, BANK2));
    BILLERS.stream().map(DemoBiller::owner).distinct().forEach(ids::add);
    return ids;
  }

  static DemoBiller biller(String id) {
    return BILLERS.stream().filter(biller -> biller.id().equals(id)).findFirst().orElseThrow();
  }

  /** Puts everything there; returns how many bills are new. */
  int provision(String operatorToken) throws IOException, InterruptedException {
    participant(operatorToken, BANK, "First Commercial Bank", "BANK");
    participant(operatorToken, BANK2, "Savings Bank", "BANK");
    for (DemoBiller biller : BILLERS) {
      participant(operatorToken, biller.owner(), biller.name(), "AGENCY");
    }
    for (DemoBiller biller : BILLERS) {
      api.put(operatorToken, "/v1/billers/" + biller.id(), terms(biller)).expect(200, 201);
    }
    int published = 0;
    for (DemoBiller biller : BILLERS) {
      published += publish(biller);
    }
    return published;
  }

  private void participant(String operatorToken, String id, String name, String role)
      throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("role", role);
    body.put("keys", List.of(keys.publicKey(id)));
    body.put("limits", Map.of("requestsPerSecond", 1_000));
    body.put("reason", "The demonstration begins");
    api.put(operatorToken, "/v1/participants/" + id, body).expect(200, 201);
  }

  private static Map<String, Object> terms(DemoBiller biller) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", biller.name());
    body.put("owner", biller.owner());
    body.put("category", biller.category());
    body.put("currency", "AZN");
    body.put("amountRule", biller.amountRule());
    body.put("graceDays", biller.graceDays());
    body.put("billReference", Map.of("kind", "DIGITS", "minLength", 6, "maxLength", 12));
    body.put("adHoc", biller.adHoc());
    if (biller.adHoc()) {
      body.put(
          "references",
          List.of(
              Map.of(
                  "name",
                  "meter",
                  "pattern",
                  Map.of("kind", "DIGITS", "minLength", 8, "maxLength", 10),
                  "required",
                  true)));
    }
    body.put(
        "budget", Map.of("classification", biller.classification(), "account", biller.account()));
    body.put("channels", List.of("CARD", "ACCOUNT", "CASH", "TERMINAL"));
    body.put("reason", "The demonstration begins");
    return body;
  }

  private int publish(DemoBiller biller) throws IOException, InterruptedException {
    String token = api.token(biller.owner());
    // They were published in this order: where the last one is, all of them are.
    String last = biller.reference(biller.first() + BILLS_EACH - 1);
    if (api.get(token, billPath(biller, last)).status() == 200) {
      return 0;
    }
    var random = new Random(biller.first());
    List<Map<String, Object>> lines = new ArrayList<>();
    for (int i = 0; i < BILLS_EACH; i++) {
      String reference = biller.reference(biller.first() + i);
      boolean tour = biller.id().equals("water") && reference.equals(TOUR_BILL);
      lines.add(bill(reference, tour ? TOUR_AMOUNT : amount(biller, random), random));
    }
    int created = 0;
    for (JsonNode answer : api.postLines(token, "/v1/billers/" + biller.id() + "/bills", lines)) {
      created += answer.path("status").asInt() == 201 ? 1 : 0;
    }
    return created;
  }

  static String billPath(DemoBiller biller, String reference) {
    return "/v1/billers/" + biller.id() + "/bills/" + reference;
  }

  static String amount(DemoBiller biller, Random random) {
    long minor = random.nextLong(biller.leastMinor(), biller.mostMinor());
    return "%d.%02d".formatted(minor / 100, minor % 100);
  }

  /** A bill as a line of the bulk route. */
  Map<String, Object> bill(String reference, String amount, Random random) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("reference", reference);
    line.put("amount", Map.of("value", amount, "currency", "AZN"));
    line.put("due", today.plusDays(20 + random.nextInt(40)).toString());
    return line;
  }
}
