package io.etibar.http.bench;

import io.etibar.http.demo.ApiClient;
import io.etibar.http.demo.Keys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Who pays whom in the benchmark, put there over the public API, and the requests they send. */
final class BenchWorld {
  static final String OPERATOR = "operator";
  private static final String BANK = "bench-bank";
  private static final String AGENCY = "bench-agency";
  private static final String BILLER = "bench";
  private static final String NUMBER = "##########";
  private static final int PUBLISHING_CONNECTIONS = 2;

  private final ApiClient api;
  private final Keys keys;
  private final InetSocketAddress address;

  /** The last payment without a bill, the last bill that is published, and the last one paid. */
  private final AtomicLong adHoc = new AtomicLong();

  private final AtomicLong published = new AtomicLong();
  private final AtomicLong paid = new AtomicLong();

  BenchWorld(ApiClient api, Keys keys, InetSocketAddress address) {
    this.api = api;
    this.keys = keys;
    this.address = address;
  }

  static List<String> participants() {
    return List.of(OPERATOR, BANK, AGENCY);
  }

  void provision() throws IOException, InterruptedException {
    String operator = api.token(OPERATOR);
    participant(operator, BANK, "BANK");
    participant(operator, AGENCY, "AGENCY");
    Map<String, Object> digits = Map.of("kind", "DIGITS", "minLength", 10, "maxLength", 10);
    Map<String, Object> terms = new LinkedHashMap<>();
    terms.put("name", "Benchmark");
    terms.put("owner", AGENCY);
    terms.put("category", "utilities");
    terms.put("currency", "AZN");
    terms.put("amountRule", "EXACT");
    terms.put("graceDays", 365);
    terms.put("billReference", digits);
    terms.put("adHoc", true);
    terms.put("references", List.of(Map.of("name", "meter", "pattern", digits, "required", true)));
    terms.put(
        "budget", Map.of("classification", "142330", "account", "AZ96AZEJ00000000001234567890"));
    terms.put("channels", List.of("CARD", "ACCOUNT", "CASH", "TERMINAL"));
    terms.put("reason", "benchmark");
    api.put(operator, "/v1/billers/" + BILLER, terms).expect(200, 201);
  }

  private void participant(String operator, String id, String role)
      throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", "Benchmark");
    body.put("role", role);
    body.put("keys", List.of(keys.publicKey(id)));
    // Not what is measured here: admission bounds the load, and a rate per participant would first.
    body.put("limits", Map.of("requestsPerSecond", 1_000_000));
    body.put("reason", "benchmark");
    api.put(operator, "/v1/participants/" + id, body).expect(200, 201);
  }

  /** Load of payments without a bill. */
  LoadGenerator adHoc(int connections) throws IOException, InterruptedException {
    String body =
        """
        {"biller":"bench","references":{"meter":"%s"},\
        "amount":{"value":"12.50","currency":"AZN"},"channel":"CARD"}"""
            .formatted(NUMBER);
    return generator(connections, "adhoc-" + NUMBER, body, adHoc);
  }

  /** Load of payments that each pay a bill of their own, in the order they were published. */
  LoadGenerator bills(int connections) throws IOException, InterruptedException {
    String body =
        """
        {"biller":"bench","bill":"%s",\
        "amount":{"value":"12.50","currency":"AZN"},"channel":"CASH"}"""
            .formatted(NUMBER);
    return generator(connections, "bill-" + NUMBER, body, paid);
  }

  private LoadGenerator generator(int connections, String key, String body, AtomicLong number)
      throws IOException, InterruptedException {
    var template = Template.post("/v1/payments", host(), api.token(BANK), key, body);
    return new LoadGenerator(address, connections, template, number::incrementAndGet);
  }

  /** Load of payments without a bill, by lines. */
  BulkLoad bulk() throws IOException, InterruptedException {
    var line =
        Template.line(
            """
            {"key":"adhoc-%s","biller":"bench","references":{"meter":"%s"},\
            "amount":{"value":"12.50","currency":"AZN"},"channel":"ACCOUNT"}"""
                .formatted(NUMBER, NUMBER));
    String head =
        Template.head("/v1/payments/bulk", host(), api.token(BANK), "application/x-ndjson");
    return new BulkLoad(address, head, line, adHoc::incrementAndGet);
  }

  /** Publishes bills until so many are there that nobody has paid yet. */
  void publishUntilThereAre(long count) throws IOException, InterruptedException {
    long missing = count - (published.get() - paid.get());
    if (missing <= 0) {
      return;
    }
    var line =
        Template.line(
            """
            {"reference":"%s","amount":{"value":"12.50","currency":"AZN"},"due":"2099-12-31"}"""
                .formatted(NUMBER));
    String head =
        Template.head(
            "/v1/billers/" + BILLER + "/bills", host(), api.token(AGENCY), "application/x-ndjson");
    var load = new BulkLoad(address, head, line, published::incrementAndGet);
    Measured measured = load.run(PUBLISHING_CONNECTIONS, missing);
    if (measured.created() != missing) {
      throw new IOException("not all bills were published: " + measured.samples());
    }
  }

  private String host() {
    return "127.0.0.1:" + address.getPort();
  }
}
