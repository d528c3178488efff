package io.etibar.http.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.http.edge.TestEdge.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
  private static TestEdge edge;
  private static String bill;

  @BeforeAll
  static void start() throws Exception {
    edge = TestEdge.start();
    bill = edge.newBill();
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  private static Answer pay(String body) {
    return edge.post(edge.bank(), "/v1/payments", "bad-input", body);
  }

  private static String payment(String amount) {
    return "{\"biller\": \"water\", \"bill\": \""
        + bill
        + "\", \"amount\": "
        + amount
        + ", \"channel\": \"CASH\"}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"value\": \"12.505\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"-1\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"+1\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"0\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"0.00\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"1e3\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"NaN\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"Infinity\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"012.50\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"12,50\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \" 12.50\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"1234567890123\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"11111111111111111111111111111111\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"١٢\", \"currency\": \"AZN\"} | amount.value",
        "{\"value\": 12.50, \"currency\": \"AZN\"} | amount.value",
        "{\"value\": null, \"currency\": \"AZN\"} | amount.value",
        "{\"currency\": \"AZN\"} | amount.value",
        "{\"value\": \"12.50\"} | amount.currency",
        "{\"value\": \"12.50\", \"currency\": \"azn\"} | amount.currency",
        "{\"value\": \"12.50\", \"currency\": \"XXX\"} | amount.currency",
        "{\"value\": \"12.50\", \"currency\": 944} | amount.currency",
        "\"12.50 AZN\" | amount",
        "12.50 | amount",
        "null | amount",
        "[] | amount"
      })
  void anAmountThatIsNoneNamesTheField(String amount, String field) {
    Answer answer = pay(payment(amount)).expect(422, "FIELD_INVALID");

    assertEquals(field, answer.body().path("field").asText());
    assertEquals("NON_RETRIABLE", answer.body().path("retry").asText());
  }

  @Test
  void anotherCurrencyThanTheBillersIsRefused() {
    Answer answer =
        edge.post(
                edge.bank(),
                "/v1/payments",
                "currency-" + bill,
                payment("{\"value\": \"12.50\", \"currency\": \"EUR\"}"))
            .expect(422, "CURRENCY_NOT_ACCEPTED");

    assertEquals("amount.currency", answer.body().path("field").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"bill\": \"20045678\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"} | biller",
        "{\"biller\": \"Wäter\", \"bill\": \"1\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"} | biller",
        "{\"biller\": 7, \"bill\": \"1\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"} | biller",
        "{\"biller\": \"water\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"} | bill",
        "{\"biller\": \"water\", \"bill\": \"../x\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"} | bill",
        "{\"biller\": \"water\", \"bill\": \"1\", \"references\": {}, \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"} | references",
        "{\"biller\": \"water\", \"references\": [], \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"} | references",
        "{\"biller\": \"water\", \"references\": {\"meter\": 7}, \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\"} | references.meter",
        "{\"biller\": \"water\", \"bill\": \"1\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"cash\"} | channel",
        "{\"biller\": \"water\", \"bill\": \"1\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}} | channel"
      })
  void aFieldOfAnotherFormIsNamed(String body, String field) {
    Answer answer = pay(body).expect(422, "FIELD_INVALID");

    assertEquals(field, answer.body().path("field").asText());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"biller\": \"water\", \"bill\": \"1\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"channel\": \"CASH\", \"amout\": 1} | amout",
        "{\"biller\": \"water\", \"bill\": \"1\", \"amount\": {\"value\": \"1\", \"currency\": \"AZN\", \"x\": 1}, \"channel\": \"CASH\"} | amount.x"
      })
  void aFieldThatDoesNotExistIsNamed(String body, String field) {
    Answer answer = pay(body).expect(400, "FIELD_UNKNOWN");

    assertEquals(field, answer.body().path("field").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "not json",
        "[]",
        "\"text\"",
        "null",
        "12",
        "{} {}",
        "{}]",
        "{\"biller\": \"water\", \"biller\": \"gas\"}",
        "{'biller': 'water'}",
        "{\"a\": NaN}",
        "<xml/>",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}}}}}}}}}}}}}",
      })
  void whatIsNotOneJsonObjectIsRefused(String body) {
    pay(body).expect(400, "JSON_MALFORMED");
  }

  @Test
  void aBodyThatIsNotUtf8IsRefused() {
    byte[] latin1 = {'{', '"', (byte) 0xe9, '"', ':', '1', '}'};
    edge.send(
            "POST",
            "/v1/payments",
            request ->
                request
                    .header("Authorization", "Bearer " + edge.bank())
                    .header("Idempotency-Key", "k")
                    .header("Content-Type", "application/json"),
            BodyPublishers.ofByteArray(latin1))
        .expect(400, "JSON_MALFORMED");
  }

  @Test
  void aMissingKeyIsRefused() {
    edge.send(
            "POST",
            "/v1/payments",
            Map.of("Authorization", "Bearer " + edge.bank()),
            "application/json",
            TestEdge.payment(bill, "12.50"))
        .expect(400, "IDEMPOTENCY_KEY_MISSING");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with space", "\"open", "\"a\"b", "\"\\x\"", "\"\""})
  void aKeyOfAnotherFormIsRefused(String key) {
    edge.post(edge.bank(), "/v1/payments", key, TestEdge.payment(bill, "12.50"))
        .expect(400, "IDEMPOTENCY_KEY_INVALID");
  }

  @Test
  void aKeyOf255CharactersIsTakenAndALongerOneIsNot() {
    edge.post(edge.bank(), "/v1/payments", "k".repeat(256), "{}")
        .expect(400, "IDEMPOTENCY_KEY_INVALID");
    edge.post(edge.bank(), "/v1/payments", "k".repeat(255), "{}").expect(422, "FIELD_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/x-ndjson", "text/json"})
  void anotherMediaTypeIsRefused(String type) {
    edge.send(
            "POST",
            "/v1/payments",
            Map.of("Authorization", "Bearer " + edge.bank(), "Idempotency-Key", "k"),
            type,
            "{}")
        .expect(415, "MEDIA_TYPE_UNSUPPORTED");
  }

  @Test
  void aCharsetBesideTheMediaTypeDoesNotMatter() {
    edge.send(
            "POST",
            "/v1/payments",
            Map.of("Authorization", "Bearer " + edge.bank(), "Idempotency-Key", "k"),
            "application/json; charset=utf-8",
            "{}")
        .expect(422, "FIELD_INVALID");
  }

  @Test
  void aBodyOver64KibIsRefusedWhetherItsLengthIsToldOrNot() {
    String large = "{\"biller\": \"" + "x".repeat(64 * 1024) + "\"}";
    pay(large).expect(413, "BODY_TOO_LARGE");
    edge.send(
            "POST",
            "/v1/payments",
            request ->
                request
                    .header("Authorization", "Bearer " + edge.bank())
                    .header("Idempotency-Key", "k")
                    .header("Content-Type", "application/json"),
            BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))
        .expect(413, "BODY_TOO_LARGE");
  }

  @Test
  void noInputIsEchoed() {
    Answer answer = pay("{\"biller\": \"<script>alert(1)</script>\"}");

    assertFalse(answer.text().contains("script"), answer.text());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 404, NOT_FOUND",
    "GET, /v1, 404, NOT_FOUND",
    "GET, /v1/nothing, 404, NOT_FOUND",
    "POST, /v1/nothing, 404, NOT_FOUND",
    "GET, /v1/payments/x/y, 404, NOT_FOUND",
    "DELETE, /v1/payments, 405, METHOD_NOT_ALLOWED",
    "PUT, /v1/token, 405, METHOD_NOT_ALLOWED",
    "PATCH, /v1/billers/water, 405, METHOD_NOT_ALLOWED",
    "OPTIONS, /v1/payments, 405, METHOD_NOT_ALLOWED",
    "FOO, /v1/payments, 400, REQUEST_MALFORMED",
    "POST, /v1/problems, 405, METHOD_NOT_ALLOWED",
    "GET, /v1/payments/bulk, 401, TOKEN_MISSING"
  })
  void whatNoRouteTakesIsAnsweredWithAProblem(String method, String path, int status, String code) {
    Answer answer =
        edge.send(method, path, request -> {}, BodyPublishers.noBody()).expect(status, code);

    assertEquals(status == 405, answer.header("Allow") != null);
  }

  @Test
  void allowNamesEveryMethodOfThePath() {
    Answer answer = edge.send("DELETE", "/v1/payments", request -> {}, BodyPublishers.noBody());

    String allow = Objects.requireNonNull(answer.header("Allow"));
    assertTrue(allow.contains("GET") && allow.contains("POST"), allow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "limit=",
        "limit=1&limit=2",
        "from=yesterday",
        "to=2026-13-01T00:00:00Z",
        "after=nonsense",
        "nothing=1",
        "after=%ff"
      })
  void aParameterOfAnotherFormIsRefused(String query) {
    edge.get(edge.bank(), "/v1/payments?" + query).expect(400, "PARAMETER_INVALID");
  }
}
