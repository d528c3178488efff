package io.etibar.http.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.edge.TestEdge.Answer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BillsTest {
  private static final String BILLS = "/v1/billers/water/bills/";
  private static final String PERSONAL =
      """
      {"amount": {"value": "12.50", "currency": "AZN"}, "due": "2099-12-31",
       "description": "Water, March", "payer": "A. Əliyev"}
      """;

  private static TestEdge edge;

  @BeforeAll
  static void start() throws Exception {
    edge = TestEdge.start();
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  private static Answer publish(String reference, String body) {
    return edge.put(edge.waterWorks(), BILLS + reference, body);
  }

  @Test
  void aBillIsNewTheSameOrChangedWhileNothingIsPaid() {
    Answer created = publish("300001", TestEdge.bill("12.50")).expect(201);
    assertEquals(created.text(), publish("300001", TestEdge.bill("12.50")).expect(200).text());
    JsonNode changed = publish("300001", TestEdge.bill("13.00")).expect(200).body();
    assertEquals("13.00", changed.path("amount").path("value").asText());
    assertEquals("PUBLISHED", changed.path("status").asText());
    edge.post(edge.bank(), "/v1/payments", "b1", TestEdge.payment("300001", "13.00")).expect(201);

    publish("300001", TestEdge.bill("14.00")).expect(409, "BILL_LOCKED");
    publish("300001", TestEdge.bill("13.00")).expect(200);
    edge.delete(edge.waterWorks(), BILLS + "300001").expect(409, "BILL_PAID");
  }

  @Test
  void whatIsPersonalIsShownUntilItsKeyIsDestroyed() {
    JsonNode published = publish("300002", PERSONAL).expect(201).body();
    JsonNode seen = edge.get(edge.waterWorks(), BILLS + "300002").expect(200).body();

    assertEquals("A. Əliyev", published.path("payer").asText());
    assertEquals(published, seen);
    JsonNode seenByBank = edge.get(edge.bank(), BILLS + "300002").expect(200).body();
    assertTrue(seenByBank.path("payer").isMissingNode());
    assertEquals("Water, March", seenByBank.path("description").asText());
    publish("300002", PERSONAL).expect(200);

    edge.fakes.destroyed.add("bill/water/300002");
    JsonNode after = edge.get(edge.waterWorks(), BILLS + "300002").expect(200).body();
    assertTrue(after.path("payer").isMissingNode());
    assertEquals("12.50", after.path("acceptable").path("min").path("value").asText());
  }

  @Test
  void aBillIsWithdrawnForGood() {
    publish("300003", TestEdge.bill("1.00")).expect(201);
    JsonNode withdrawn = edge.delete(edge.waterWorks(), BILLS + "300003").expect(200).body();
    assertEquals("WITHDRAWN", withdrawn.path("status").asText());
    edge.delete(edge.waterWorks(), BILLS + "300003").expect(200);
    publish("300003", TestEdge.bill("1.00")).expect(409, "BILL_WITHDRAWN");
    edge.delete(edge.waterWorks(), BILLS + "300099").expect(404, "BILL_UNKNOWN");
  }

  @Test
  void anothersBillersAreNotFound() {
    publish("300004", TestEdge.bill("1.00")).expect(201);

    edge.put(edge.energy(), BILLS + "300004", TestEdge.bill("1.00")).expect(404, "BILLER_UNKNOWN");
    edge.delete(edge.energy(), BILLS + "300004").expect(404, "BILLER_UNKNOWN");
    edge.get(edge.energy(), BILLS + "300004").expect(404, "BILLER_UNKNOWN");
    edge.lines(edge.energy(), "/v1/billers/water/bills", "{}").expect(404, "BILLER_UNKNOWN");
    edge.get(edge.waterWorks(), BILLS + "300004").expect(200);
    edge.get(edge.bank(), "/v1/billers/nobody/bills/300004").expect(404, "BILLER_UNKNOWN");
    edge.get(edge.bank(), "/v1/billers/No%20One/bills/300004").expect(404, "BILLER_UNKNOWN");
    edge.get(edge.operator(), BILLS + "300004").expect(403, "SCOPE_MISSING");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "300005 | {\"due\": \"2099-12-31\"} | FIELD_INVALID | amount",
        "300005 | {\"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}} | FIELD_INVALID | due",
        "300005 | {\"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"due\": \"2026-02-30\"} | FIELD_INVALID | due",
        "300005 | {\"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"due\": \"31.12.2026\"} | FIELD_INVALID | due",
        "300005 | {\"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"due\": \"2026-12-31\", \"payer\": \"\"} | FIELD_INVALID | payer",
        "300005 | {\"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"due\": \"2026-12-31\", \"payer\": \"a\\u0000\"} | FIELD_INVALID | payer",
        "300005 | {\"amount\": {\"value\": \"1\", \"currency\": \"USD\"}, \"due\": \"2026-12-31\"} | CURRENCY_NOT_ACCEPTED | amount.currency",
        "30 | {\"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"due\": \"2026-12-31\"} | REFERENCE_INVALID | reference",
        "a%20b | {\"amount\": {\"value\": \"1\", \"currency\": \"AZN\"}, \"due\": \"2026-12-31\"} | REFERENCE_INVALID | reference"
      })
  void aBillOfAnotherFormIsRefused(String reference, String body, String code, String field) {
    assertEquals(field, publish(reference, body).expect(422, code).body().path("field").asText());
  }

  @Test
  void aBillWithAnUnknownFieldIsRefused() {
    publish("300005", PERSONAL.replace("payer", "Payer")).expect(400, "FIELD_UNKNOWN");
  }

  @Test
  void anAmountRuleOpensARange() {
    edge.put(edge.operator(), "/v1/billers/any", TestEdge.biller("water-works", "UP_TO"))
        .expect(201);
    edge.put(edge.waterWorks(), "/v1/billers/any/bills/400001", TestEdge.bill("10.00")).expect(201);
    edge.post(
            edge.bank(),
            "/v1/payments",
            "part",
            TestEdge.payment("400001", "4.00").replace("water", "any"))
        .expect(201);

    JsonNode bill = edge.get(edge.bank(), "/v1/billers/any/bills/400001").expect(200).body();

    assertEquals("PARTIALLY_PAID", bill.path("status").asText());
    assertEquals("0.01", bill.path("acceptable").path("min").path("value").asText());
    assertEquals("6.00", bill.path("acceptable").path("max").path("value").asText());
  }

  @Test
  void manyBillsArePublishedLineByLine() throws Exception {
    List<String> lines =
        IntStream.range(0, 500)
            .mapToObj(
                i ->
                    i % 50 == 7
                        ? "{\"reference\": \"broken"
                        : """
                        {"reference": "%d", "amount": {"value": "1.00", "currency": "AZN"}, "due": "2099-12-31"%s}"""
                            .formatted(500_000 + i, i % 3 == 0 ? ", \"payer\": \"P\"" : ""))
            .toList();

    List<String> answers =
        edge.lines(edge.waterWorks(), "/v1/billers/water/bills", String.join("\n", lines))
            .expect(200)
            .text()
            .lines()
            .toList();

    assertEquals(500, answers.size());
    for (int i = 0; i < 500; i++) {
      JsonNode answer = TestEdge.JSON.readTree(answers.get(i));
      assertEquals(i + 1, answer.path("line").asInt());
      assertEquals(i % 50 == 7 ? 400 : 201, answer.path("status").asInt(), answers.get(i));
      if (i % 50 != 7) {
        assertEquals(Integer.toString(500_000 + i), answer.path("bill").path("reference").asText());
      }
    }
    assertEquals("P", edge.get(edge.waterWorks(), BILLS + "500003").body().path("payer").asText());
    assertEquals(
        Integer.toString(500),
        Long.toString(
            edge.lines(edge.waterWorks(), "/v1/billers/water/bills", String.join("\n", lines))
                .text()
                .lines()
                .filter(line -> line.contains("\"status\":200") || line.contains("\"status\":400"))
                .count()));
  }

  @Test
  void aSuspendedBillerPublishesNothing() {
    String terms = TestEdge.biller("water-works", "EXACT");
    edge.put(edge.operator(), "/v1/billers/shut", terms).expect(201);
    edge.put(
            edge.operator(),
            "/v1/billers/shut",
            terms.replaceFirst("\\{", "{\"status\": \"SUSPENDED\","))
        .expect(200);

    edge.put(edge.waterWorks(), "/v1/billers/shut/bills/123456", TestEdge.bill("1.00"))
        .expect(403, "BILLER_SUSPENDED");
  }

  // Operators

  @Test
  void billersAndParticipantsAreListedInPages() {
    for (String id : List.of("p1", "p2", "p3")) {
      edge.register(id, io.etibar.core.participant.Role.BANK);
    }
    int size = edge.fakes.participants.size();
    JsonNode first =
        edge.get(edge.operator(), "/v1/participants?limit=" + (size - 1)).expect(200).body();
    JsonNode rest =
        edge.get(edge.operator(), "/v1/participants?after=" + first.path("next").asText())
            .expect(200)
            .body();
    assertEquals(size - 1, first.path("items").size());
    assertEquals(1, rest.path("items").size());
    edge.get(edge.bank(), "/v1/billers?category=utilities").expect(200);
    edge.get(edge.bank(), "/v1/billers?category=No%20One").expect(400, "PARAMETER_INVALID");
  }

  @Test
  void aParticipantIsRegisteredAmendedAndSuspended() {
    String key = edge.participantKey.toPublicJWK().toJSONString();
    String body =
        """
        {"name": "Third Bank", "role": "BANK", "keys": [%s], "reason": "agreement",
         "limits": {"requestsPerSecond": 5}%s}
        """;
    String path = "/v1/participants/third";
    edge.get(edge.operator(), path).expect(404, "PARTICIPANT_UNKNOWN");
    JsonNode created = edge.put(edge.operator(), path, body.formatted(key, "")).expect(201).body();
    edge.put(edge.operator(), path, body.formatted(key, ", \"status\": \"SUSPENDED\"")).expect(200);
    JsonNode seen = edge.get(edge.operator(), path).expect(200).body();

    assertEquals("ACTIVE", created.path("status").asText());
    assertEquals("SUSPENDED", seen.path("status").asText());
    assertEquals(1, seen.path("keys").size());
    edge.get(edge.operator(), "/v1/participants/No%20One").expect(404, "PARTICIPANT_UNKNOWN");
    edge.put(edge.operator(), "/v1/participants/No%20One", body.formatted(key, ""))
        .expect(404, "PARTICIPANT_UNKNOWN");
  }

  @Test
  void aPrivateOrWeakKeyIsNotRegistered() throws Exception {
    List<String> bad =
        List.of(
            edge.participantKey.toJSONString(),
            "{}",
            "{\"kty\": \"oct\", \"k\": \"AAAA\"}",
            "\"key\"",
            "{\"kty\": \"EC\", \"crv\": \"P-256\", \"x\": \"AA\", \"y\": \"AA\"}");
    for (String key : bad) {
      Answer answer =
          edge.put(
                  edge.operator(),
                  "/v1/participants/weak",
                  """
                  {"name": "Bank", "role": "BANK", "keys": [%s], "limits": {"requestsPerSecond": 5}}
                  """
                      .formatted(key))
              .expect(422, "FIELD_INVALID");
      assertTrue(answer.body().path("field").asText().startsWith("keys"), answer.text());
      assertFalse(answer.text().contains("\"d\""), answer.text());
    }
  }

  @Test
  void aBillerOfAnotherFormIsRefused() {
    String good = TestEdge.biller("water-works", "EXACT");
    String path = "/v1/billers/form";
    for (String[] change :
        new String[][] {
          {"EXACT", "SOME", "amountRule"},
          {"water-works", "nobody", "owner"},
          {"\"AZN\"", "\"???\"", "currency"},
          {"30,", "-1,", "graceDays"},
          {"30,", "1.5,", "graceDays"},
          {"\"adHoc\": true", "\"adHoc\": \"yes\"", "adHoc"},
          {"142330", "x", "budget.classification"},
          {"AZ96", "9696", "budget.account"},
          {"[\"CARD\", \"ACCOUNT\", \"CASH\"]", "[]", "channels"},
          {"[\"CARD\", \"ACCOUNT\", \"CASH\"]", "[\"CARD\", \"CARD\"]", "channels"},
          {"\"meter\"", "\"Meter\"", "references[0].name"},
          {"\"minLength\": 6", "\"minLength\": 13", "billReference"},
          {"utilities", "Öl", "category"}
        }) {
      String body = good.replace(change[0], change[1]);
      Answer answer = edge.put(edge.operator(), path, body).expect(422, "FIELD_INVALID");
      assertEquals(change[2], answer.body().path("field").asText(), body);
    }
    edge.put(edge.operator(), path, good.replace("\"kind\"", "\"sort\"")).expect(422);
    edge.get(edge.bank(), path).expect(404, "BILLER_UNKNOWN");
    edge.put(edge.operator(), "/v1/billers/No%20One", good).expect(404, "BILLER_UNKNOWN");
    edge.get(edge.bank(), "/v1/billers/water").expect(200);
  }
}
