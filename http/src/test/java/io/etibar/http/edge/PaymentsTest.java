package io.etibar.http.edge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.core.bill.BillReference;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.BudgetCode;
import io.etibar.core.biller.Channel;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import io.etibar.core.participant.Status;
import io.etibar.core.payment.IdempotencyKey;
import io.etibar.core.payment.Instruction;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.PaymentHistory;
import io.etibar.core.payment.PaymentId;
import io.etibar.http.edge.TestEdge.Answer;
import io.etibar.http.security.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PaymentsTest {
  private static TestEdge edge;

  @BeforeAll
  static void start() throws Exception {
    edge = TestEdge.start();
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  private static Answer pay(String key, String body) {
    return edge.post(edge.bank(), "/v1/payments", key, body);
  }

  @Test
  void aBillIsPaidOnceAndTheAnswerRepeatsByteForByte() {
    String bill = edge.newBill();
    String body = TestEdge.payment(bill, "12.50");

    Answer first = pay("once-" + bill, body).expect(201);
    Answer second = pay("once-" + bill, body).expect(201);

    assertNull(first.header("Idempotency-Replayed"));
    assertEquals("true", second.header("Idempotency-Replayed"));
    assertArrayEquals(first.text().getBytes(UTF_8), second.text().getBytes(UTF_8));
    JsonNode payment = first.body();
    assertEquals("COMMITTED", payment.path("status").asText());
    assertEquals("142330", payment.path("budget").path("classification").asText());
    assertEquals(
        "PAID",
        edge.get(edge.bank(), "/v1/billers/water/bills/" + bill).body().path("status").asText());
  }

  private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

  @Test
  void aKeyInQuotesIsTheSameKey() {
    String body = TestEdge.adHoc("12345678", "3.00");

    String first = pay("quoted", body).expect(201).text();
    Answer second = pay("\"quoted\"", body).expect(201);

    assertEquals("true", second.header("Idempotency-Replayed"));
    assertEquals(first, second.text());
  }

  @Test
  void aRefusalRepeatsByteForByteToo() {
    String bill = edge.newBill();

    Answer first = pay("rule-" + bill, TestEdge.payment(bill, "12.49")).expect(422, "AMOUNT_RULE");
    Answer second = pay("rule-" + bill, TestEdge.payment(bill, "12.49")).expect(422);

    assertEquals(first.text(), second.text());
    assertEquals("true", second.header("Idempotency-Replayed"));
    JsonNode acceptable = first.body().path("acceptable");
    assertEquals("12.50", acceptable.path("min").path("value").asText());
    assertEquals("12.50", acceptable.path("max").path("value").asText());
    assertEquals("amount.value", first.body().path("field").asText());
  }

  @Test
  void anotherBodyWithTheSameKeyIsRefused() {
    String bill = edge.newBill();
    pay("reused-" + bill, TestEdge.payment(bill, "12.50")).expect(201);

    pay("reused-" + bill, TestEdge.payment(bill, "12.49")).expect(422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void theSameKeyOfAnotherBankIsAnotherPayment() {
    String first = pay("shared", TestEdge.adHoc("11111111", "1.00")).expect(201).text();

    Answer other =
        edge.post(edge.bankB(), "/v1/payments", "shared", TestEdge.adHoc("22222222", "2.00"))
            .expect(201);

    assertNull(other.header("Idempotency-Replayed"));
    assertTrue(!first.equals(other.text()));
  }

  @Test
  void fiftyAtOnceWithOneKeyMakeOnePayment() throws Exception {
    String bill = edge.newBill();
    String body = TestEdge.payment(bill, "12.50");
    Set<String> bodies = new HashSet<>();
    Set<Integer> statuses = new TreeSet<>();
    for (Answer answer : atOnce(50, () -> pay("fifty-" + bill, body))) {
      statuses.add(answer.status());
      if (answer.status() == 201) {
        bodies.add(answer.text());
      } else {
        answer.expect(409, "IN_FLIGHT");
        assertEquals("RETRIABLE", answer.body().path("retry").asText());
      }
    }

    assertTrue(statuses.contains(201), statuses::toString);
    assertEquals(1, bodies.size());
    assertEquals(bodies, Set.of(pay("fifty-" + bill, body).expect(201).text()));
    JsonNode paid = edge.get(edge.bank(), "/v1/billers/water/bills/" + bill).body().path("paid");
    assertEquals("12.50", paid.path("value").asText());
  }

  @Test
  void twoBanksAtOncePayABillOnce() throws Exception {
    String bill = edge.newBill();
    String body = TestEdge.payment(bill, "12.50");
    List<Callable<Answer>> both =
        List.of(
            () -> edge.post(edge.bank(), "/v1/payments", "a-" + bill, body),
            () -> edge.post(edge.bankB(), "/v1/payments", "b-" + bill, body));
    long created = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<Answer> answer : threads.invokeAll(both)) {
        created += answer.get().status() == 201 ? 1 : 0;
        assertTrue(Set.of(201, 409).contains(answer.get().status()), answer.get().text());
      }
    }
    assertEquals(1, created);
  }

  private static List<Answer> atOnce(int times, Callable<Answer> request) throws Exception {
    List<Callable<Answer>> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.add(request);
    }
    List<Answer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
      for (Future<Answer> answer : threads.invokeAll(all)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }

  @Test
  void whatIsNotThereIsNotFound() {
    pay("x1", TestEdge.payment("000000", "1.00")).expect(404, "BILL_UNKNOWN");
    pay("x2", TestEdge.payment("1", "1.00")).expect(404, "BILL_UNKNOWN");
    pay("x3", TestEdge.payment("000000", "1.00").replace("water", "nobody"))
        .expect(404, "BILLER_UNKNOWN");
    edge.get(edge.bank(), "/v1/payments/pay_00000000000000000000000000")
        .expect(404, "PAYMENT_UNKNOWN");
    edge.get(edge.bank(), "/v1/payments/nonsense").expect(404, "PAYMENT_UNKNOWN");
  }

  @Test
  void whatIsPaidWithdrawnOrExpiredIsRefused() {
    String paid = edge.newBill();
    pay("p-" + paid, TestEdge.payment(paid, "12.50")).expect(201);
    pay("q-" + paid, TestEdge.payment(paid, "12.50")).expect(409, "BILL_PAID");

    String withdrawn = edge.newBill();
    edge.delete(edge.waterWorks(), "/v1/billers/water/bills/" + withdrawn).expect(200);
    pay("w-" + withdrawn, TestEdge.payment(withdrawn, "12.50")).expect(409, "BILL_WITHDRAWN");

    edge.put(
            edge.waterWorks(),
            "/v1/billers/water/bills/111111",
            TestEdge.bill("12.50").replace("2099", "2019"))
        .expect(201);
    pay("expired", TestEdge.payment("111111", "12.50")).expect(410, "BILL_EXPIRED");
  }

  @Test
  void termsAreKept() {
    pay("t1", TestEdge.adHoc("1234", "1.00")).expect(422, "REFERENCE_INVALID");
    pay("t2", TestEdge.adHoc("12345678", "1.00").replace("meter", "other"))
        .expect(422, "REFERENCE_INVALID");
    pay("t3", TestEdge.adHoc("12345678", "1.00").replace("CARD", "TERMINAL"))
        .expect(422, "CHANNEL_NOT_ACCEPTED");
  }

  @Test
  void aSuspendedBillerIsNotPaid() {
    String terms = TestEdge.biller("water-works", "EXACT");
    edge.put(edge.operator(), "/v1/billers/closed", terms).expect(201);
    edge.put(
            edge.operator(),
            "/v1/billers/closed",
            terms.replaceFirst("\\{", "{\"status\": \"SUSPENDED\","))
        .expect(200);

    pay("closed", TestEdge.adHoc("12345678", "1.00").replace("water", "closed"))
        .expect(403, "BILLER_SUSPENDED");
  }

  @Test
  void anothersPaymentIsNotFound() {
    String id =
        pay("own", TestEdge.adHoc("12345678", "4.00")).expect(201).body().path("id").asText();

    edge.get(edge.bank(), "/v1/payments/" + id).expect(200);
    edge.get(edge.waterWorks(), "/v1/payments/" + id).expect(200);
    edge.get(edge.bankB(), "/v1/payments/" + id).expect(404, "PAYMENT_UNKNOWN");
    edge.get(edge.energy(), "/v1/payments/" + id).expect(404, "PAYMENT_UNKNOWN");
    edge.get(edge.operator(), "/v1/payments/" + id).expect(403, "SCOPE_MISSING");
  }

  @Test
  void aRefusedPaymentIsSeenByTheOneWhoMadeIt() {
    String bill = edge.newBill();
    pay("refused-" + bill, TestEdge.payment(bill, "1.00")).expect(422);
    String id =
        PaymentId.of(new ParticipantId("bank-a"), new IdempotencyKey("refused-" + bill)).value();

    JsonNode seen = edge.get(edge.bank(), "/v1/payments/" + id).expect(200).body();

    assertEquals("REJECTED", seen.path("status").asText());
    assertEquals("AMOUNT_RULE", seen.path("problem").path("code").asText());
    edge.get(edge.waterWorks(), "/v1/payments/" + id).expect(404, "PAYMENT_UNKNOWN");
  }

  private static final String RETURN =
      "{\"amount\": {\"value\": \"%s\", \"currency\": \"AZN\"}, \"reason\": \"CUSTOMER_REQUEST\"}";

  @Test
  void aBillerGivesBackAndTheBillIsPayableAgain() {
    String bill = edge.newBill();
    String id =
        pay("ret-" + bill, TestEdge.payment(bill, "12.50")).expect(201).body().path("id").asText();
    String path = "/v1/payments/" + id + "/returns";

    Answer first = edge.post(edge.waterWorks(), path, "r1", RETURN.formatted("2.50")).expect(201);
    Answer again = edge.post(edge.waterWorks(), path, "r1", RETURN.formatted("2.50")).expect(201);

    assertEquals(first.text(), again.text());
    assertEquals("true", again.header("Idempotency-Replayed"));
    edge.post(edge.waterWorks(), path, "r1", RETURN.formatted("1.00"))
        .expect(422, "IDEMPOTENCY_KEY_REUSED");
    Answer tooMuch =
        edge.post(edge.waterWorks(), path, "r2", RETURN.formatted("10.01"))
            .expect(422, "RETURN_EXCEEDS_PAYMENT");
    assertEquals("10.00", tooMuch.body().path("acceptable").path("max").path("value").asText());
    JsonNode payment = edge.get(edge.bank(), "/v1/payments/" + id).body();
    assertEquals("2.50", payment.path("returned").path("value").asText());
    assertEquals(1, payment.path("returns").size());
    JsonNode seen = edge.get(edge.bank(), "/v1/billers/water/bills/" + bill).body();
    assertEquals("10.00", seen.path("paid").path("value").asText());
    assertEquals("2.50", seen.path("acceptable").path("max").path("value").asText());
  }

  @Test
  void onlyTheOwnBillerGivesBack() {
    String id =
        pay("give", TestEdge.adHoc("12345678", "5.00")).expect(201).body().path("id").asText();
    String path = "/v1/payments/" + id + "/returns";

    edge.post(edge.energy(), path, "r", RETURN.formatted("1.00")).expect(404, "PAYMENT_UNKNOWN");
    edge.post(edge.bank(), path, "r", RETURN.formatted("1.00")).expect(403, "SCOPE_MISSING");
    edge.post(edge.waterWorks(), path, "r", RETURN.formatted("0")).expect(422, "FIELD_INVALID");
    edge.send(
            "POST",
            path,
            Map.of("Authorization", "Bearer " + edge.waterWorks()),
            "application/json",
            RETURN.formatted("1.00"))
        .expect(400, "IDEMPOTENCY_KEY_MISSING");
  }

  @Test
  void paymentsAreListedForThoseWhoseTheyAre() {
    for (int i = 0; i < 3; i++) {
      edge.fakes.payments.add(entry("bank-b", "gas", i));
    }
    edge.fakes.payments.add(entry("bank-a", "gas", 3));
    edge.fakes.billers.put(
        new BillerId("gas"),
        edge.<io.etibar.core.biller.Biller.Command, io.etibar.core.biller.Biller.GetReply>ask(
                    edge.shards.biller(new BillerId("gas")), io.etibar.core.biller.Biller.Get::new)
                instanceof io.etibar.core.biller.Biller.Found(var view)
            ? view
            : null);

    JsonNode first = edge.get(edge.bankB(), "/v1/payments?limit=2").expect(200).body();
    JsonNode second =
        edge.get(edge.bankB(), "/v1/payments?limit=2&after=" + first.path("next").asText())
            .expect(200)
            .body();

    assertEquals(2, first.path("items").size());
    assertEquals(1, second.path("items").size());
    assertTrue(second.path("next").isMissingNode());
    assertEquals(
        4, edge.get(edge.energy(), "/v1/payments").expect(200).body().path("items").size());
    assertEquals(
        2,
        edge.get(edge.bankB(), "/v1/payments?from=2026-01-01T00:00:01Z&to=2026-01-01T00:00:03Z")
            .body()
            .path("items")
            .size());
  }

  private static PaymentHistory.Entry entry(String bank, String biller, int second) {
    Money amount = new Money(1250, Currency.getInstance("AZN"));
    ParticipantId participant = new ParticipantId(bank);
    var instruction =
        new Instruction(
            participant,
            new BillerId(biller),
            new BillReference("12345678"),
            null,
            amount,
            Channel.CARD);
    var receipt =
        new Payment.Receipt(
            PaymentId.of(participant, new IdempotencyKey("listed-" + second)),
            instruction,
            new BudgetCode("1", "AZ96AZEJ00000000001234567890"),
            Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second));
    return new PaymentHistory.Entry(receipt, Money.zero(amount.currency()));
  }

  @Test
  void aPaymentAboveTheParticipantsBoundIsRefused() {
    String body =
        """
        {"name": "Small", "role": "BANK", "keys": [],
         "limits": {"requestsPerSecond": 1000, "maxPayment": {"value": "10.00", "currency": "AZN"}}}
        """;
    edge.put(edge.operator(), "/v1/participants/small", body).expect(201);
    String token = edge.token("small", Scope.PAYMENTS_WRITE);

    edge.post(token, "/v1/payments", "s1", TestEdge.adHoc("12345678", "10.01"))
        .expect(422, "AMOUNT_LIMIT");
    edge.post(token, "/v1/payments", "s2", TestEdge.adHoc("12345678", "10.00")).expect(201);
  }

  @Test
  void aSuspendedParticipantIsRefused() {
    edge.register("paused", Role.BANK, Status.SUSPENDED, 100);

    edge.post(
            edge.token("paused", Scope.PAYMENTS_WRITE),
            "/v1/payments",
            "p1",
            TestEdge.adHoc("12345678", "1.00"))
        .expect(403, "PARTICIPANT_SUSPENDED");
  }

  @Test
  void aLostWriteIsAnUnknownOutcomeThatTheSameKeyResolves() throws Exception {
    try (TestEdge slow = TestEdge.start("etibar.http.ask-timeout = 1 s")) {
      String body = TestEdge.adHoc("12345678", "6.00");
      String id = PaymentId.of(new ParticipantId("bank-a"), new IdempotencyKey("lost")).value();
      slow.journal.failNextPersisted("Payment|" + id);

      Answer lost =
          slow.post(slow.bank(), "/v1/payments", "lost", body).expect(503, "OUTCOME_UNKNOWN");

      assertEquals("UNKNOWN_OUTCOME", lost.body().path("retry").asText());
      assertEquals("1", lost.header("Retry-After"));
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      Answer resolved = slow.post(slow.bank(), "/v1/payments", "lost", body);
      while (resolved.status() == 503 && System.nanoTime() < deadline) {
        resolved = slow.post(slow.bank(), "/v1/payments", "lost", body);
      }
      resolved.expect(201);
      slow.fakes.down = true;
      Answer read = slow.get(slow.bank(), "/v1/payments").expect(503, "UNAVAILABLE");
      assertEquals("RETRIABLE", read.body().path("retry").asText());
    }
  }
}
