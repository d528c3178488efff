package io.etibar.persistence.payment;

import static io.etibar.persistence.TestNode.await;
import static io.etibar.persistence.TestNode.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.core.Page;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillId;
import io.etibar.core.bill.BillReference;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.BudgetCode;
import io.etibar.core.biller.Channel;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.IdempotencyKey;
import io.etibar.core.payment.Instruction;
import io.etibar.core.payment.Payment.PaymentCommitted;
import io.etibar.core.payment.Payment.PaymentReturned;
import io.etibar.core.payment.PaymentHistory;
import io.etibar.core.payment.PaymentId;
import io.etibar.core.payment.ReturnId;
import io.etibar.core.payment.ReturnReason;
import io.etibar.persistence.TestJournal;
import io.etibar.persistence.TestNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PaymentReadModelsIT {
  private static final Currency AZN = Currency.getInstance("AZN");
  private static final ParticipantId BANK_A = new ParticipantId("bank-a");
  private static final ParticipantId BANK_B = new ParticipantId("bank-b");
  private static final ParticipantId AGENCY = new ParticipantId("agency");
  private static final BillerId WATER = new BillerId("water");
  private static final BillerId GAS = new BillerId("gas");
  private static final BudgetCode BUDGET = new BudgetCode("123456", "AZ21NABZ00000000137010001944");

  private static TestNode node;
  private static TestJournal journal;

  @BeforeAll
  static void start() {
    node = TestNode.start();
    journal = new TestJournal(node);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void pagesThroughWhatAnOwnerPaidOrWasPaid() {
    Instant begin = Instant.now();
    List<PaymentId> made = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      made.add(pay("a" + i, BANK_A, i % 2 == 0 ? WATER : GAS, begin.plusMillis(i)));
      pay("b" + i, BANK_B, WATER, begin.plusMillis(i));
    }
    PaymentHistory history = node.persistence().paymentHistory();
    PaymentHistory.Owner bankA = new PaymentHistory.MadeBy(BANK_A);
    until("projected", () -> list(bankA, null, null, null, 100).items().size() == 10);
    until(
        "projected",
        () -> list(new PaymentHistory.MadeBy(BANK_B), null, null, null, 100).items().size() == 10);

    List<PaymentId> paged = new ArrayList<>();
    String after = null;
    do {
      Page<PaymentHistory.Entry> page = list(bankA, null, null, after, 3);
      assertTrue(page.items().size() <= 3);
      page.items().forEach(entry -> paged.add(entry.receipt().id()));
      after = page.next();
    } while (after != null);
    assertEquals(made, paged, "each once, in order");

    assertEquals(
        20,
        list(new PaymentHistory.PaidTo(Set.of(WATER, GAS)), null, null, null, 100).items().size());
    assertEquals(
        5, list(new PaymentHistory.PaidTo(Set.of(GAS)), null, null, null, 100).items().size());
    assertEquals(
        0, list(new PaymentHistory.PaidTo(Set.of()), null, null, null, 100).items().size());
    assertEquals(
        List.of(made.get(2), made.get(3), made.get(4)),
        list(bankA, begin.plusMillis(2), begin.plusMillis(5), null, 100).items().stream()
            .map(entry -> entry.receipt().id())
            .toList(),
        "from is inclusive, to is exclusive");
    assertNull(list(bankA, begin.plusSeconds(3_600), null, null, 3).next());

    PaymentHistory.Entry first = list(bankA, null, null, null, 1).items().getFirst();
    assertEquals(Money.parse("1.00", AZN), first.receipt().instruction().amount());
    assertEquals(BUDGET, first.receipt().budget());
    assertTrue(first.returned().isZero());
    for (String part : List.of("0.25", "0.50")) {
      journal.write(
          "Payment|" + made.getFirst(),
          returned(made.getFirst(), part, null, begin.plusSeconds(1)));
    }
    until(
        "returned",
        () ->
            list(bankA, null, null, null, 1)
                .items()
                .getFirst()
                .returned()
                .equals(Money.parse("0.75", AZN)));

    for (String forged : List.of("", "x", "!!!", "AgAAAAAAAAAB", "Af__________", "AQ".repeat(40))) {
      var failure =
          assertThrows(
              ExecutionException.class,
              () ->
                  history
                      .page(new PaymentHistory.Query(bankA, null, null, forged, 3))
                      .toCompletableFuture()
                      .get(),
              forged);
      assertInstanceOf(IllegalArgumentException.class, failure.getCause(), forged);
    }
  }

  @Test
  void listsWhatBillsWaitToHearOf() {
    Instant now = Instant.now();
    BillId settled = bill("1000001");
    BillId waiting = bill("1000002");
    BillId released = bill("1000003");
    BillId returnedTo = bill("1000004");
    for (BillId bill : List.of(settled, waiting, released, returnedTo)) {
      journal.write(
          "Bill|" + bill.entityId(),
          new Bill.Reserved(bill, id(bill).value(), BANK_A, Money.parse("1.00", AZN), now));
    }
    // Some of it follows in another group, some in the same one.
    until("all open", () -> open(now.plusSeconds(1)).contains(id(waiting)));
    journal.write(
        "Bill|" + settled.entityId(), new Bill.Settled(settled, id(settled).value(), now));
    journal.write(
        "Bill|" + released.entityId(), new Bill.Released(released, id(released).value(), now));
    journal.write(
        "Bill|" + returnedTo.entityId(), new Bill.Settled(returnedTo, id(returnedTo).value(), now));
    until("settled", () -> open(now.plusSeconds(1)).equals(List.of(id(waiting))));
    assertEquals(List.of(), open(now), "only what is older");

    PaymentReturned returned = returned(id(returnedTo), "0.25", returnedTo, now.minusSeconds(9));
    journal.write("Payment|" + id(returnedTo), returned);
    until(
        "the return waits, the oldest first",
        () -> open(now.plusSeconds(1)).equals(List.of(id(returnedTo), id(waiting))));
    assertEquals(1, await(openReservations(now.plusSeconds(1), 1)).size());
    journal.write(
        "Bill|" + returnedTo.entityId(),
        new Bill.Returned(
            returnedTo,
            id(returnedTo).value(),
            returned.returnId().value(),
            returned.amount(),
            now));
    until("heard", () -> open(now.plusSeconds(1)).equals(List.of(id(waiting))));

    BillId quick = bill("1000005");
    journal.write(
        "Bill|" + quick.entityId(),
        new Bill.Reserved(quick, id(quick).value(), BANK_A, Money.parse("1.00", AZN), now));
    journal.write("Bill|" + quick.entityId(), new Bill.Settled(quick, id(quick).value(), now));
    until(
        "followed",
        () ->
            await(node.persistence().projections().offset("open-reservations")).orElse(-1L) + 1
                == node.persistence().feed().knownSize());
    assertEquals(List.of(id(waiting)), open(now.plusSeconds(1)));
    assertNotNull(await(openReservations(now.plusSeconds(1), 10)).getFirst().participant());
  }

  private static Page<PaymentHistory.Entry> list(
      PaymentHistory.Owner owner, Instant from, Instant to, String after, int limit) {
    try {
      return await(
          node.persistence()
              .paymentHistory()
              .page(new PaymentHistory.Query(owner, from, to, after, limit)));
    } catch (CompletionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<PaymentId> open(Instant before) {
    return await(openReservations(before, 100)).stream().map(one -> one.payment()).toList();
  }

  private static java.util.concurrent.CompletionStage<
          List<io.etibar.core.payment.OpenReservations.Open>>
      openReservations(Instant before, int limit) {
    return node.persistence().openReservations().openSince(before, limit);
  }

  private static PaymentId pay(String key, ParticipantId by, BillerId biller, Instant at) {
    PaymentId id = PaymentId.of(by, new IdempotencyKey(key));
    Instruction instruction =
        new Instruction(by, biller, null, null, Money.parse("1.00", AZN), Channel.CASH);
    journal.write("Payment|" + id, new PaymentCommitted(id, instruction, BUDGET, at));
    return id;
  }

  private static PaymentReturned returned(
      PaymentId payment, String amount, BillId bill, Instant at) {
    ReturnId id = ReturnId.of(payment, new IdempotencyKey("return-" + amount));
    return new PaymentReturned(
        payment, id, Money.parse(amount, AZN), ReturnReason.OTHER, AGENCY, bill, at);
  }

  private static BillId bill(String reference) {
    return new BillId(WATER, new BillReference(reference));
  }

  private static PaymentId id(BillId bill) {
    return PaymentId.of(BANK_A, new IdempotencyKey(bill.entityId()));
  }
}
