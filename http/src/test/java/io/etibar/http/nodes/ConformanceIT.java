package io.etibar.http.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.core.payment.Payment;
import io.etibar.http.demo.Keys;
import io.etibar.http.spec.Exchanges;
import io.etibar.http.spec.Exchanges.Exchange;
import io.etibar.http.spec.Exchanges.Seen;
import io.etibar.http.spec.OpenApi;
import io.etibar.http.spec.OpenApi.Operation;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Every operation of the description is asked for on a running node, in each way that it describes:
 * what is answered has to be what is described, and what is described has to be answered.
 */
class ConformanceIT {

  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String LARGE = "{\"name\": \"" + "x".repeat(70_000) + "\"}";
  private static final String STRANGER = "bank-unmet";
  private static final String NO_PAYMENT = "/v1/payments/pay_00000000000000000000000000";

  private final OpenApi description = OpenApi.load();
  private final Exchanges exchanges = new Exchanges(description);
  private final Queue<String> contradictions = new ConcurrentLinkedQueue<>();
  private final Map<String, String> tokens = new LinkedHashMap<>();
  private final Keys keys =
      Keys.generate(
          List.of(
              Platform.OPERATOR,
              Platform.BANK,
              Platform.AGENCY,
              "bank-slow",
              "bank-off",
              "other-agency",
              STRANGER));
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private @Nullable URI node;
  private final AtomicInteger number = new AtomicInteger();

  @Test
  @Timeout(180)
  void theNodeAnswersWhatIsDescribedAndNothingElse() throws Exception {
    try (Platform platform = Platform.start(keys);
        NodeProcess process = platform.node("conformance").start().awaitReady()) {
      node = process.url();
      tokens.put(STRANGER, platform.token(STRANGER));
      tokens();
      participants();
      billers();
      bills();
      payments();
      returns();
      lists();
      descriptions();
      limits();
      platform.database().stopServer();
      Await.until(Duration.ofSeconds(15), () -> "still ready", () -> process.ready() == 503);
      withoutDatabase();
    } finally {
      http.shutdownNow();
    }
    assertEquals(List.of(), List.copyOf(contradictions));
    assertEquals(Set.of(), notSeen(), "described, and never answered");
  }

  private void tokens() throws Exception {
    for (String participant : List.of(Platform.OPERATOR)) {
      token(participant, 200);
    }
    form(Map.of("grant_type", "password"), 400);
    form(Map.of(), 400);
    form(assertion("nobody"), 401);
    send("POST", "/v1/token", null, JSON, "{}", 415);
    send("POST", "/v1/token", null, FORM, "grant_type=" + "x".repeat(70_000), 413);
  }

  private void participants() throws Exception {
    for (String bank : List.of(Platform.BANK, "bank-off")) {
      put(bank, participant(bank, "BANK", 100_000, "ACTIVE"), 201);
      token(bank, 200);
    }
    put("bank-slow", participant("bank-slow", "BANK", 1, "ACTIVE"), 201);
    token("bank-slow", 200);
    for (String agency : List.of(Platform.AGENCY, "other-agency")) {
      put(agency, participant(agency, "AGENCY", 100_000, "ACTIVE"), 201);
      token(agency, 200);
    }
    put(Platform.BANK, participant(Platform.BANK, "BANK", 100_000, "ACTIVE"), 200);
    put("bank-off", participant("bank-off", "BANK", 100_000, "SUSPENDED"), 200);
    refusals("PUT", "/v1/participants/x", Platform.OPERATOR, Platform.BANK, JSON);
    put(
        "x",
        participant("x", "BANK", 1, "ACTIVE", Platform.BANK)
            .replace("\"role\"", "\"more\": 1, \"role\""),
        400);
    put("x", "{\"name\": \"\"}", 422);
    put("Not_An_Id", participant("x", "BANK", 1, "ACTIVE", Platform.BANK), 404);
    get("/v1/participants/" + Platform.BANK, Platform.OPERATOR, 200);
    get("/v1/participants/nobody", Platform.OPERATOR, 404);
    refusals("GET", "/v1/participants/" + Platform.BANK, Platform.OPERATOR, Platform.BANK, null);
    get("/v1/participants", Platform.OPERATOR, 200);
    get("/v1/participants?limit=2&after=" + Platform.BANK, Platform.OPERATOR, 200);
    get("/v1/participants?limit=0", Platform.OPERATOR, 400);
    get("/v1/participants?page=1", Platform.OPERATOR, 400);
    refusals("GET", "/v1/participants", Platform.OPERATOR, Platform.BANK, null);
  }

  private void billers() throws Exception {
    String path = "/v1/billers/" + Platform.BILLER;
    send("PUT", path, Platform.OPERATOR, JSON, biller(Platform.AGENCY, "ACTIVE"), 201);
    send("PUT", path, Platform.OPERATOR, JSON, biller(Platform.AGENCY, "ACTIVE"), 200);
    send(
        "PUT",
        "/v1/billers/closed",
        Platform.OPERATOR,
        JSON,
        biller(Platform.AGENCY, "SUSPENDED"),
        201);
    send(
        "PUT",
        path,
        Platform.OPERATOR,
        JSON,
        biller(Platform.AGENCY, "ACTIVE").replace("\"name\"", "\"more\": 1, \"name\""),
        400);
    send("PUT", path, Platform.OPERATOR, JSON, biller("nobody", "ACTIVE"), 422);
    send(
        "PUT",
        "/v1/billers/Not_An_Id",
        Platform.OPERATOR,
        JSON,
        biller(Platform.AGENCY, "ACTIVE"),
        404);
    refusals("PUT", path, Platform.OPERATOR, Platform.BANK, JSON);
    get(path, Platform.BANK, 200);
    get("/v1/billers/nobody", Platform.BANK, 404);
    refusals("GET", path, Platform.BANK, "bank-off", null);
    get("/v1/billers?category=utilities&limit=1", Platform.BANK, 200);
    get("/v1/billers?limit=x", Platform.BANK, 400);
    refusals("GET", "/v1/billers", Platform.BANK, "bank-off", null);
  }

  private void bills() throws Exception {
    String bills = "/v1/billers/" + Platform.BILLER + "/bills";
    bill("20000001", 201);
    bill("20000001", 200);
    bill("20000002", 201);
    bill("20000003", 201);
    String one = bills + "/20000001";
    send(
        "PUT",
        one,
        Platform.AGENCY,
        JSON,
        bill("20.00", "2099-12-31").replace("\"due\"", "\"more\": 1, \"due\""),
        400);
    send("PUT", one, Platform.AGENCY, JSON, bill("1e3", "2099-12-31"), 422);
    send("PUT", one, "other-agency", JSON, bill("20.00", "2099-12-31"), 404);
    refusals("PUT", one, Platform.AGENCY, Platform.BANK, JSON);
    get(one, Platform.BANK, 200);
    get(one, Platform.AGENCY, 200);
    get(one, "other-agency", 404);
    refusals("GET", one, Platform.BANK, Platform.OPERATOR, null);
    send("DELETE", bills + "/20000002", Platform.AGENCY, null, "", 200);
    send("DELETE", bills + "/99999999", Platform.AGENCY, null, "", 404);
    refusals("DELETE", one, Platform.AGENCY, Platform.BANK, null);
    String lines =
        """
        {"reference": "20000004", "amount": {"value": "20.00", "currency": "AZN"}, "due": "2099-12-31"}
        no JSON
        {"reference": "20000005", "amount": {"value": "20.00", "currency": "AZN"}, "due": "2001-01-01", "payer": "A. Aliyev"}
        {"reference": "20000002", "amount": {"value": "21.00", "currency": "AZN"}, "due": "2099-12-31"}
        """;
    JsonNode[] results = lines(send("POST", bills, Platform.AGENCY, LINES, lines, 200));
    assertEquals(4, results.length);
    assertEquals(201, results[0].path("status").asInt());
    assertEquals(400, results[1].path("status").asInt());
    send("POST", bills, "other-agency", LINES, lines, 404);
    send("POST", bills, Platform.AGENCY, JSON, "{}", 415);
    refusals("POST", bills, Platform.AGENCY, Platform.BANK, null);
  }

  private void payments() throws Exception {
    String payment = pay("20000001", "5.00", key(), 201);
    String id = Platform.JSON.readTree(payment).path("id").asText();
    String key = key();
    pay("20000001", "15.00", key, 201);
    pay("20000001", "15.00", key, 201);
    pay("20000001", "14.00", key, 422);
    pay("20000001", "1.00", key(), 409);
    pay("20000003", "21.00", key(), 422);
    pay("99999999", "1.00", key(), 404);
    pay("20000005", "1.00", key(), 410);
    pay("20000003", "1.00", null, 400);
    pay("20000003", "1.00", "x".repeat(256), 400);
    send("POST", "/v1/payments", Platform.BANK, JSON, "[]", 400, "Idempotency-Key", key());
    String closed =
        "{\"biller\": \"closed\", \"references\": {\"meter\": \"1\"}, \"amount\": {\"value\":"
            + " \"1.00\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"}";
    send("POST", "/v1/payments", Platform.BANK, JSON, closed, 403, "Idempotency-Key", key());
    send(
        "POST",
        "/v1/payments",
        Platform.BANK,
        JSON,
        closed.replace("closed", Platform.BILLER),
        201,
        "Idempotency-Key",
        key());
    refusals("POST", "/v1/payments", Platform.BANK, Platform.AGENCY, JSON);
    // What is paid can neither change nor be withdrawn.
    String paid = "/v1/billers/" + Platform.BILLER + "/bills/20000001";
    send("PUT", paid, Platform.AGENCY, JSON, bill("30.00", "2099-12-31"), 409);
    send("DELETE", paid, Platform.AGENCY, null, "", 409);

    get("/v1/payments/" + id, Platform.BANK, 200);
    get("/v1/payments/" + id, Platform.AGENCY, 200);
    get("/v1/payments/" + id, "other-agency", 404);
    get(NO_PAYMENT, Platform.BANK, 404);
    refusals("GET", "/v1/payments/" + id, Platform.BANK, Platform.OPERATOR, null);

    String line =
        "{\"key\": \"%s\", \"biller\": \"water\", \"bill\": \"%s\", \"amount\": {\"value\":"
            + " \"1.00\", \"currency\": \"AZN\"}, \"channel\": \"CARD\"}\n";
    String lines =
        line.formatted("b1", "20000003")
            + "no JSON\n"
            + line.formatted("b2", "99999999")
            + line.formatted("b1", "20000003");
    JsonNode[] results = lines(send("POST", "/v1/payments/bulk", Platform.BANK, LINES, lines, 200));
    assertEquals(4, results.length);
    assertEquals(
        List.of(201, 400, 404),
        List.of(results).subList(0, 3).stream()
            .map(result -> result.path("status").asInt())
            .toList());
    send("POST", "/v1/payments/bulk", Platform.BANK, JSON, "{}", 415);
    refusals("POST", "/v1/payments/bulk", Platform.BANK, Platform.AGENCY, null);
  }

  private void returns() throws Exception {
    String id = Platform.JSON.readTree(pay("20000003", "5.00", key(), 201)).path("id").asText();
    String path = "/v1/payments/" + id + "/returns";
    String key = key();
    giveBack(path, Platform.AGENCY, "2.00", key, 201);
    giveBack(path, Platform.AGENCY, "2.00", key, 201);
    giveBack(path, Platform.AGENCY, "1.00", key, 422);
    giveBack(path, Platform.AGENCY, "4.00", key(), 422);
    giveBack(path, "other-agency", "1.00", key(), 404);
    send(
        "POST",
        path,
        Platform.AGENCY,
        JSON,
        giveBack("1.00").replace("\"reason\"", "\"more\": 1, \"reason\""),
        400,
        "Idempotency-Key",
        key());
    for (int more = 1; more < Payment.MAX_RETURNS; more++) {
      giveBack(path, Platform.AGENCY, "0.01", key(), 201);
    }
    giveBack(path, Platform.AGENCY, "0.01", key(), 409);
    refusals("POST", path, Platform.AGENCY, Platform.BANK, JSON);
    get("/v1/payments/" + id, Platform.BANK, 200);
  }

  private void lists() throws Exception {
    get("/v1/payments?limit=2", Platform.BANK, 200);
    get("/v1/payments?from=2026-01-01T00:00:00Z&to=2099-01-01T00:00:00Z", Platform.AGENCY, 200);
    get("/v1/payments?from=yesterday", Platform.BANK, 400);
    get("/v1/payments?after=!", Platform.BANK, 400);
    refusals("GET", "/v1/payments", Platform.BANK, Platform.OPERATOR, null);
  }

  private void descriptions() throws Exception {
    String problems = get("/v1/problems", null, 200);
    Set<String> described = new TreeSet<>();
    description
        .document()
        .at("/components/schemas/ProblemCode/enum")
        .forEach(code -> described.add(code.asText()));
    Set<String> listed = new TreeSet<>();
    Platform.JSON.readTree(problems).forEach(problem -> listed.add(problem.path("code").asText()));
    assertEquals(described, listed);
    get("/openapi.yaml", null, 200);
    // Suspended long enough ago for every node to know.
    form(assertion("bank-off"), 403);
    get("/v1/nothing", null, 404);
    send("PATCH", "/v1/payments", Platform.BANK, JSON, "{}", 405);
  }

  /** A participant that may ask once a second: the second of two requests is one too many. */
  private void limits() throws Exception {
    for (Operation operation : description.operations()) {
      if (description.statuses(operation).contains(429)) {
        for (int i = 0; i < 5 && !exchanges.seen().contains(new Seen(operation.id(), 429)); i++) {
          ask(operation, "bank-slow");
        }
      }
    }
  }

  /**
   * Whatever is asked, it is answered, and as it is described. All at once, since each takes the
   * time that it may. A node cannot tell who a participant is that it has not met before, so that
   * nothing can be done for one; those whom it knows are answered as far as it goes.
   */
  private void withoutDatabase() throws Exception {
    List<Future<Integer>> statuses = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Operation operation : description.operations()) {
        String who =
            switch (description
                .document()
                .at(operation.pointer() + "/security/0/token/0")
                .asText()) {
              case "operations" -> Platform.OPERATOR;
              case "bills:write" -> Platform.AGENCY;
              default -> Platform.BANK;
            };
        statuses.add(threads.submit(() -> ask(operation, who)));
        statuses.add(threads.submit(() -> ask(operation, STRANGER)));
      }
      statuses.add(threads.submit(() -> form(assertion(STRANGER), 503).status()));
    }
    for (Future<Integer> status : statuses) {
      status.get();
    }
  }

  /** Asks for an operation in a way that could succeed. */
  private int ask(Operation operation, String participant) throws Exception {
    String path =
        operation
            .template()
            .replace("{billerId}", Platform.BILLER)
            .replace("{reference}", "20009999");
    path =
        path.contains("payments")
            ? path.replace("{id}", NO_PAYMENT.substring(13))
            : path.replace("{id}", "y");
    String body =
        switch (operation.id()) {
          case "putParticipant" -> participant("y", "BANK", 1, "ACTIVE", Platform.BANK);
          case "putBiller" -> biller(Platform.AGENCY, "ACTIVE");
          case "publishBill" -> bill("20.00", "2099-12-31");
          case "pay" -> payment("20000003", "1.00");
          case "returnPayment" -> giveBack("1.00");
          default -> "";
        };
    String type =
        switch (operation.id()) {
          case "payMany", "publishBills" -> LINES;
          case "issueToken" -> FORM;
          default -> body.isEmpty() ? null : JSON;
        };
    return send(operation.method(), path, participant, type, body, -1, "Idempotency-Key", key())
        .status();
  }

  /**
   * No token, none that holds, one without the scope; a body of another type, one that is too
   * large.
   */
  private void refusals(
      String method, String path, String allowed, String forbidden, @Nullable String type)
      throws Exception {
    String body = type == null ? "" : "{}";
    String lines = type == null && method.equals("POST") ? LINES : type;
    send(method, path, null, lines, body, 401, "Idempotency-Key", key());
    send(method, path, "x.y.z", lines, body, 401, "Idempotency-Key", key());
    send(method, path, forbidden, lines, body, 403, "Idempotency-Key", key());
    if (type != null) {
      send(method, path, allowed, "text/plain", "x", 415, "Idempotency-Key", key());
      send(method, path, allowed, type, LARGE, 413, "Idempotency-Key", key());
    }
  }

  private Set<String> notSeen() {
    Set<Seen> seen = exchanges.seen();
    Set<String> notSeen = new TreeSet<>();
    for (Operation operation : description.operations()) {
      for (int status : description.statuses(operation)) {
        if (!seen.contains(new Seen(operation.id(), status))) {
          notSeen.add(operation.id() + " " + status);
        }
      }
    }
    return notSeen;
  }

  private record Answer(int status, String body) {}

  private Answer send(
      String method,
      String path,
      @Nullable String participant,
      @Nullable String type,
      String body,
      int expected,
      String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(node + path)).timeout(Duration.ofSeconds(20));
    request.method(
        method,
        body.isEmpty() && type == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    if (participant != null) {
      request.header("Authorization", "Bearer " + tokens.getOrDefault(participant, participant));
    }
    if (type != null) {
      request.header("Content-Type", type);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String what = method + " " + path + " → " + response.statusCode();
    exchanges
        .judge(
            new Exchange(
                method,
                path,
                type == null ? "" : type,
                body,
                response.statusCode(),
                header -> response.headers().firstValue(header),
                response.body()))
        .forEach(wrong -> contradictions.add(what + ": " + wrong));
    if (expected > 0 && response.statusCode() != expected) {
      contradictions.add(what + ", expected " + expected + ": " + response.body());
    }
    return new Answer(response.statusCode(), response.body());
  }

  private String get(String path, @Nullable String participant, int expected) throws Exception {
    return send("GET", path, participant, null, "", expected).body();
  }

  private void put(String id, String body, int expected) throws Exception {
    send("PUT", "/v1/participants/" + id, Platform.OPERATOR, JSON, body, expected);
  }

  private void bill(String reference, int expected) throws Exception {
    send(
        "PUT",
        "/v1/billers/" + Platform.BILLER + "/bills/" + reference,
        Platform.AGENCY,
        JSON,
        bill("20.00", "2099-12-31"),
        expected);
  }

  private String pay(String bill, String amount, @Nullable String key, int expected)
      throws Exception {
    String[] headers = key == null ? new String[0] : new String[] {"Idempotency-Key", key};
    return send(
            "POST", "/v1/payments", Platform.BANK, JSON, payment(bill, amount), expected, headers)
        .body();
  }

  private void giveBack(String path, String who, String amount, String key, int expected)
      throws Exception {
    send("POST", path, who, JSON, giveBack(amount), expected, "Idempotency-Key", key);
  }

  private void token(String participant, int expected) throws Exception {
    Answer answer = form(assertion(participant), expected);
    tokens.put(participant, Platform.JSON.readTree(answer.body()).path("access_token").asText());
  }

  private Map<String, String> assertion(String participant) {
    String known = participant.equals("nobody") ? Platform.BANK : participant;
    return Map.of(
        "grant_type", "client_credentials",
        "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion", keys.assertion(known, Client.ISSUER));
  }

  private Answer form(Map<String, String> fields, int expected) throws Exception {
    List<String> parts = new ArrayList<>();
    fields.forEach(
        (name, value) -> parts.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return send("POST", "/v1/token", null, FORM, String.join("&", parts), expected);
  }

  private String key() {
    return "key-" + number.incrementAndGet();
  }

  private String participant(String id, String role, int rate, String status) throws Exception {
    return participant(id, role, rate, status, id);
  }

  private String participant(String name, String role, int rate, String status, String key)
      throws Exception {
    return Platform.JSON.writeValueAsString(
        Map.of(
            "name",
            name,
            "role",
            role,
            "keys",
            List.of(keys.publicKey(key)),
            "limits",
            Map.of("requestsPerSecond", rate),
            "status",
            status,
            "reason",
            "A test"));
  }

  private static String biller(String owner, String status) {
    return """
    {"name": "City Water Works", "owner": "%s", "category": "utilities", "currency": "AZN", "amountRule": "UP_TO",
     "graceDays": 30, "billReference": {"kind": "DIGITS", "minLength": 6, "maxLength": 12}, "adHoc": true,
     "references": [{"name": "meter", "pattern": {"kind": "DIGITS", "minLength": 1, "maxLength": 12}, "required": true}],
     "budget": {"classification": "142330", "account": "AZ96AZEJ00000000001234567890"},
     "channels": ["CARD", "CASH"], "status": "%s", "reason": "A test"}\
    """
        .formatted(owner, status);
  }

  private static String bill(String amount, String due) {
    return "{\"amount\": {\"value\": \"%s\", \"currency\": \"AZN\"}, \"due\": \"%s\", \"description\": \"Water\"}"
        .formatted(amount, due);
  }

  private static String payment(String bill, String amount) {
    return "{\"biller\": \"water\", \"bill\": \"%s\", \"amount\": {\"value\": \"%s\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"}"
        .formatted(bill, amount);
  }

  private static String giveBack(String amount) {
    return "{\"amount\": {\"value\": \"%s\", \"currency\": \"AZN\"}, \"reason\": \"CUSTOMER_REQUEST\"}"
        .formatted(amount);
  }

  private static JsonNode[] lines(Answer answer) throws Exception {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : answer.body().lines().toList()) {
      lines.add(Platform.JSON.readTree(line));
    }
    return lines.toArray(JsonNode[]::new);
  }
}
