package io.etibar.core.payment;

import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BANK_B;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.BILLER;
import static io.etibar.core.testing.Samples.BUDGET;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.REFERENCE;
import static io.etibar.core.testing.Samples.WATER;
import static io.etibar.core.testing.Samples.azn;
import static io.etibar.core.testing.Samples.content;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.Bill;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.biller.Channel;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.testing.SettableClock;
import io.etibar.core.testing.Systems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Payments and their bill as they run in production, each with its journal. Every message between
 * them passes through the hands of the test, which loses and repeats it, and either of them dies
 * after any step. Whatever happens, reconciliation brings both to agreement.
 */
class PaymentOfBillTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long DUE = 1250;

  /** The messages that one payment of a bill is made of, in their order. */
  private enum Step {
    RESERVE,
    HELD,
    SETTLE
  }

  private enum Fate {
    ARRIVES(1),
    LOST(0),
    TWICE(2);

    final int copies;

    Fate(int copies) {
      this.copies = copies;
    }
  }

  private enum Death {
    NOBODY(false, false),
    PAYMENT(true, false),
    BILL(false, true),
    BOTH(true, true);

    final boolean payment;
    final boolean bill;

    Death(boolean payment, boolean bill) {
      this.payment = payment;
      this.bill = bill;
    }
  }

  /** What goes wrong: with the message of this step, and right after it. */
  private record Fault(Step step, Fate fate, Death death) {
    int copies(Step now) {
      return now == step ? fate.copies : 1;
    }

    /** Whether all goes well until the payment has its bill's word. */
    boolean isCommitted() {
      return switch (step) {
        case RESERVE -> fate.copies > 0 && !death.payment;
        case HELD -> fate.copies > 0;
        case SETTLE -> true;
      };
    }
  }

  private static ActorTestKit testKit;
  private static PersistenceTestKit journal;

  private final SettableClock clock = new SettableClock(NOW);
  private final Map<String, Payer> payers = new LinkedHashMap<>();
  private TestProbe<ClusterSharding.ShardCommand> shard;
  private ActorRef<Bill.Command> bill;

  /** A client, its payment, and the way between the payment and the bill. */
  private final class Payer {
    final PaymentId id;
    final Instruction instruction;
    final TestProbe<Payment.SubmitReply> client = testKit.createTestProbe();
    final TestProbe<Bill.Command> toBill = testKit.createTestProbe();
    final TestProbe<Bill.ReserveReply> fromBill = testKit.createTestProbe();
    ActorRef<Payment.Command> payment;
    ActorRef<Bill.ReserveReply> answerTo;

    Payer(ParticipantId bank, String key, long minor) {
      id = PaymentId.of(bank, new IdempotencyKey(key));
      instruction = new Instruction(bank, WATER, REFERENCE, null, azn(minor), Channel.CASH);
      payers.put(id.value(), this);
      spawn();
    }

    void spawn() {
      payment =
          testKit.spawn(Payment.create(id, clock, anyBill -> toBill.ref(), shard.ref(), TIMEOUT));
    }

    void restart() {
      testKit.stop(payment);
      spawn();
    }

    void submit() {
      payment.tell(new Payment.Submit(instruction, BILLER, null, client.ref()));
    }

    /** Takes the request for a reservation from the way. */
    Bill.Reserve takeReserve() {
      Bill.Reserve reserve = toBill.expectMessageClass(Bill.Reserve.class);
      assertEquals(instruction.amount(), reserve.amount());
      answerTo = reserve.replyTo();
      return reserve;
    }

    /** Lets the bill have the request, and takes its answer from the way. */
    Bill.ReserveReply reserve(Bill.Reserve request) {
      bill.tell(
          new Bill.Reserve(
              request.payment(), request.participant(), request.amount(), fromBill.ref()));
      return fromBill.receiveMessage();
    }

    Bill.Settle takeSettle() {
      Bill.Settle settle = toBill.expectMessageClass(Bill.Settle.class);
      assertEquals(id.value(), settle.payment());
      return settle;
    }

    /** Nothing goes wrong from the request to the answer. */
    Payment.SubmitReply pay() {
      submit();
      Bill.ReserveReply answer = reserve(takeReserve());
      answerTo.tell(answer);
      return client.receiveMessage();
    }

    List<Object> stored() {
      return journal.persistedInStorage("Payment|" + id.value());
    }
  }

  @BeforeAll
  static void start() {
    testKit = Systems.start();
    journal = PersistenceTestKit.create(testKit.system());
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void create() {
    shard = testKit.createTestProbe();
    spawnBill();
  }

  @AfterEach
  void clear() {
    payers.values().forEach(payer -> testKit.stop(payer.payment));
    testKit.stop(bill);
    journal.clearAll();
  }

  private void spawnBill() {
    bill = testKit.spawn(Bill.create(BILL, clock));
  }

  private void restartBill() {
    testKit.stop(bill);
    spawnBill();
  }

  private void publish(AmountRule rule) {
    TestProbe<Bill.PublishReply> biller = testKit.createTestProbe();
    bill.tell(new Bill.Publish(content(rule), biller.ref()));
    biller.expectMessageClass(Bill.Done.class);
  }

  // One payment, and one thing that goes wrong

  static Stream<Arguments> faults() {
    List<Arguments> all = new ArrayList<>();
    for (Step step : Step.values()) {
      for (Fate fate : Fate.values()) {
        for (Death death : Death.values()) {
          all.add(Arguments.of(new Fault(step, fate, death)));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void bothAgreeInTheEnd(Fault fault) {
    publish(AmountRule.EXACT);
    Payer payer = new Payer(BANK_A, "key-1", DUE);

    payer.submit();
    Bill.Reserve reserve = payer.takeReserve();
    List<Bill.ReserveReply> answers = new ArrayList<>();
    for (int i = 0; i < fault.copies(Step.RESERVE); i++) {
      answers.add(payer.reserve(reserve));
    }
    // The same answer, however often it is asked.
    answers.forEach(answer -> assertEquals(new Bill.Held(BILL, azn(DUE)), answer));
    die(fault, Step.RESERVE, payer);

    for (int i = 0; i < fault.copies(Step.HELD) && !answers.isEmpty(); i++) {
      payer.answerTo.tell(answers.getLast());
    }
    if (fault.isCommitted()) {
      assertEquals(committed(payer, false), payer.client.receiveMessage());
      Bill.Settle settle = payer.takeSettle();
      die(fault, Step.HELD, payer);
      for (int i = 0; i < fault.copies(Step.SETTLE); i++) {
        bill.tell(settle);
      }
      look();
      die(fault, Step.SETTLE, payer);
    } else {
      die(fault, Step.HELD, payer);
    }
    assertOneReservationAtMost();

    reconcile();

    assertBooksAgree();
    boolean reserved = fault.step() != Step.RESERVE || fault.fate() != Fate.LOST;
    if (fault.isCommitted()) {
      assertEquals(Bill.Status.PAID, look().status());
      payer.submit();
      assertEquals(committed(payer, true), payer.client.receiveMessage());
    } else if (reserved) {
      assertEquals(Bill.Status.PUBLISHED, look().status());
      assertInstanceOf(Payment.PaymentAborted.class, payer.stored().getFirst());
      payer.submit();
      if (fault.death() == Death.NOBODY || fault.death() == Death.BILL) {
        // Who was still waiting was told.
        assertEquals(refused(Rejection.PAYMENT_ABORTED, false), payer.client.receiveMessage());
      }
      assertEquals(refused(Rejection.PAYMENT_ABORTED, true), payer.client.receiveMessage());
    } else {
      // The bill never heard of it, and the client's next attempt is the first.
      assertEquals(List.of(), payer.stored());
      assertEquals(committed(payer, false), payer.pay());
      bill.tell(payer.takeSettle());
    }

    // The bill is open for others exactly when it is not paid.
    Payer other = new Payer(BANK_B, "key-2", DUE);
    boolean paid = look().status() == Bill.Status.PAID;
    assertEquals(paid ? refused(Rejection.BILL_PAID, false) : committed(other, false), other.pay());
    reconcile();
    assertBooksAgree();
    assertEquals(azn(DUE), look().collected());
  }

  private void die(Fault fault, Step now, Payer payer) {
    if (fault.step() == now && fault.death().payment) {
      payer.restart();
    }
    if (fault.step() == now && fault.death().bill) {
      restartBill();
    }
  }

  // The client repeats before anybody reconciles

  @Test
  void whoseAnswerIsLostIsAskedForAgainAndReservesOnce() {
    publish(AmountRule.EXACT);
    Payer payer = new Payer(BANK_A, "key-1", DUE);
    payer.submit();
    payer.reserve(payer.takeReserve());
    clock.pass(TIMEOUT);

    payer.submit();
    Bill.ReserveReply again = payer.reserve(payer.takeReserve());
    assertEquals(new Bill.Held(BILL, azn(DUE)), again);
    payer.answerTo.tell(again);

    assertEquals(committed(payer, false), payer.client.receiveMessage());
    bill.tell(payer.takeSettle());
    assertBooksAgree();
    assertOneReservationAtMost();
  }

  /** The reconciler is quicker than the bill's answer, which then finds the payment given up. */
  @Test
  void anAnswerThatComesAfterThePaymentWasGivenUpHoldsNothing() {
    publish(AmountRule.EXACT);
    Payer payer = new Payer(BANK_A, "key-1", DUE);
    payer.submit();
    Bill.ReserveReply late = payer.reserve(payer.takeReserve());
    reconcile();
    assertEquals(refused(Rejection.PAYMENT_ABORTED, false), payer.client.receiveMessage());

    payer.answerTo.tell(late);

    Bill.Command release = payer.toBill.receiveMessage();
    assertEquals(new Bill.Release(payer.id.value()), release);
    bill.tell(release);
    assertBooksAgree();
    assertEquals(1, payer.stored().size());
  }

  /** A request that was under way for very long reserves again for a payment that was given up. */
  @Test
  void aRequestThatComesAfterThePaymentWasGivenUpHoldsNothingInTheEnd() {
    publish(AmountRule.EXACT);
    Payer payer = new Payer(BANK_A, "key-1", DUE);
    payer.submit();
    Bill.Reserve request = payer.takeReserve();
    payer.reserve(request);
    reconcile();
    assertEquals(azn(0), look().reserved());

    payer.reserve(request);
    assertEquals(azn(DUE), look().reserved());
    reconcile();

    assertBooksAgree();
    assertEquals(1, payer.stored().size());
  }

  // Returns

  @Test
  void aReturnWhoseNewsOvertakesTheCommitOrIsRepeatedIsAppliedOnce() {
    publish(AmountRule.EXACT);
    Payer payer = new Payer(BANK_A, "key-1", DUE);
    assertEquals(committed(payer, false), payer.pay());
    Bill.Settle late = payer.takeSettle();
    TestProbe<Payment.ReturnReply> biller = testKit.createTestProbe();
    var id = ReturnId.of(payer.id, new IdempotencyKey("return-1"));
    payer.payment.tell(
        new Payment.GiveBack(id, azn(250), ReturnReason.DUPLICATE, AGENCY, biller.ref()));
    biller.expectMessageClass(Payment.GivenBack.class);
    Bill.Command news = payer.toBill.receiveMessage();
    assertEquals(new Bill.ApplyReturn(payer.id.value(), id.value(), azn(250)), news);

    bill.tell(news);
    bill.tell(late);
    restartBill();
    bill.tell(news);

    assertEquals(azn(DUE - 250), look().collected());
    // Where the bill hears of neither, it is told of both again.
    payer.payment.tell(new Payment.Reconcile(BILL, BANK_A));
    payer.toBill.receiveSeveralMessages(2).forEach(bill::tell);
    assertEquals(azn(DUE - 250), look().collected());
    assertEquals(azn(0), look().reserved());
  }

  // Two payments of one bill at once

  /** Every order in which two can go on, by every rule. */
  static Stream<Arguments> races() {
    List<List<Integer>> orders = new ArrayList<>();
    for (int bits = 0; bits < 1 << 6; bits++) {
      if (Integer.bitCount(bits) == 3) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
          order.add(bits >> i & 1);
        }
        orders.add(order);
      }
    }
    return Stream.of(AmountRule.values())
        .flatMap(rule -> orders.stream().map(order -> Arguments.of(rule, order)));
  }

  @ParameterizedTest
  @MethodSource("races")
  void twoAtOnceNeverCollectMoreThanTheRuleAllows(AmountRule rule, List<Integer> order) {
    publish(rule);
    long each = rule.acceptsPartial() ? 800 : DUE;
    List<Payer> two = List.of(new Payer(BANK_A, "key-1", each), new Payer(BANK_B, "key-2", each));
    List<Bill.ReserveReply> answers = new ArrayList<>(List.of(notYet(), notYet()));
    List<Payment.SubmitReply> outcomes = new ArrayList<>(List.of(unanswered(), unanswered()));
    int[] done = {0, 0};
    for (int turn : order) {
      Payer payer = two.get(turn);
      switch (Step.values()[done[turn]++]) {
        case RESERVE -> {
          payer.submit();
          answers.set(turn, payer.reserve(payer.takeReserve()));
        }
        case HELD -> {
          payer.answerTo.tell(answers.get(turn));
          outcomes.set(turn, payer.client.receiveMessage());
        }
        case SETTLE -> {
          if (outcomes.get(turn) instanceof Payment.Committed) {
            bill.tell(payer.takeSettle());
          }
        }
      }
      assertTrue(rule.acceptsOver() || held(look()) <= DUE, "never beyond what is due");
    }
    assertBooksAgree();

    // Whoever had to wait now learns for good.
    for (int turn = 0; turn < 2; turn++) {
      if (outcomes.get(turn) instanceof Payment.Refused(var refusal, var replayed)
          && refusal.rejection().isPassing()) {
        assertInstanceOf(Payment.Refused.class, two.get(turn).pay());
      }
    }
    assertBooksAgree();
    long accepted = rule == AmountRule.ANY ? 1600 : each;
    assertEquals(azn(accepted), look().collected());
  }

  @Test
  void theSecondIsToldToWaitUntilTheNewsOfTheFirstArrives() {
    publish(AmountRule.EXACT);
    Payer first = new Payer(BANK_A, "key-1", DUE);
    Payer second = new Payer(BANK_B, "key-2", DUE);
    assertEquals(committed(first, false), first.pay());
    first.takeSettle();
    assertEquals(refused(Rejection.BILL_RESERVED, false), second.pay());
    assertEquals(List.of(), second.stored());

    reconcile();

    assertEquals(refused(Rejection.BILL_PAID, false), second.pay());
    assertBooksAgree();
    assertEquals(azn(DUE), look().collected());
  }

  @Test
  void theSecondGetsWhatTheFirstHeldAndNeverTook() {
    publish(AmountRule.EXACT);
    Payer first = new Payer(BANK_A, "key-1", DUE);
    Payer second = new Payer(BANK_B, "key-2", DUE);
    first.submit();
    first.reserve(first.takeReserve());
    first.restart();
    assertEquals(refused(Rejection.BILL_RESERVED, false), second.pay());

    reconcile();

    assertEquals(committed(second, false), second.pay());
    bill.tell(second.takeSettle());
    first.submit();
    assertEquals(refused(Rejection.PAYMENT_ABORTED, true), first.client.receiveMessage());
    assertBooksAgree();
    assertEquals(azn(DUE), look().collected());
  }

  /**
   * What the reconciler does when a reservation is open too long; nothing is lost on the way, and
   * each payment that is asked has an answer for its bill.
   */
  private void reconcile() {
    clock.pass(TIMEOUT);
    for (Bill.Reserved open : openReservations()) {
      Payer payer = payers.get(open.payment());
      payer.payment.tell(new Payment.Reconcile(open.bill(), open.participant()));
      bill.tell(payer.toBill.receiveMessage());
    }
    look();
    assertEquals(List.of(), openReservations(), "nothing stays reserved");
  }

  private static List<Bill.Reserved> openReservations() {
    Map<String, Bill.Reserved> open = new LinkedHashMap<>();
    for (Object event : billEvents()) {
      switch (event) {
        case Bill.Reserved e -> open.put(e.payment(), e);
        case Bill.Settled e -> open.remove(e.payment());
        case Bill.Released e -> open.remove(e.payment());
        default -> {}
      }
    }
    return List.copyOf(open.values());
  }

  private static List<Object> billEvents() {
    return journal.persistedInStorage("Bill|" + BILL.entityId());
  }

  /** The bill, after all that it was told before. */
  private Bill.View look() {
    TestProbe<Bill.GetReply> reader = testKit.createTestProbe();
    bill.tell(new Bill.Get(reader.ref()));
    return reader.expectMessageClass(Bill.Found.class).bill();
  }

  private static long held(Bill.View view) {
    return view.collected().minor() + view.reserved().minor();
  }

  private static void assertOneReservationAtMost() {
    assertTrue(billEvents().stream().filter(Bill.Reserved.class::isInstance).count() <= 1);
  }

  /** The bill has exactly what its committed payments brought, and each has one outcome. */
  private void assertBooksAgree() {
    Money paid = azn(0);
    List<String> committed = new ArrayList<>();
    for (Payer payer : payers.values()) {
      List<Object> events = payer.stored();
      assertTrue(events.size() <= 1, () -> "one outcome: " + events);
      if (!events.isEmpty() && events.getFirst() instanceof Payment.PaymentCommitted e) {
        paid = paid.plus(e.instruction().amount());
        committed.add(payer.id.value());
      }
    }
    Bill.View view = look();
    assertEquals(paid, view.collected());
    assertEquals(azn(0), view.reserved());
    List<String> settled =
        billEvents().stream()
            .filter(Bill.Settled.class::isInstance)
            .map(event -> ((Bill.Settled) event).payment())
            .toList();
    assertEquals(committed.stream().sorted().toList(), settled.stream().sorted().toList());
  }

  private Payment.Committed committed(Payer payer, boolean replayed) {
    var event = payer.stored().stream().findFirst();
    var at = event.map(e -> ((Payment.PaymentCommitted) e).at()).orElseGet(clock::instant);
    return new Payment.Committed(
        new Payment.Receipt(payer.id, payer.instruction, BUDGET, at), replayed);
  }

  private static Payment.Refused refused(Rejection rejection, boolean replayed) {
    return new Payment.Refused(Refusal.of(rejection), replayed);
  }

  private static Bill.ReserveReply notYet() {
    return new Bill.NotHeld(BILL, Refusal.of(Rejection.IN_FLIGHT));
  }

  private static Payment.SubmitReply unanswered() {
    return refused(Rejection.IN_FLIGHT, false);
  }
}
