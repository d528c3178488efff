package io.etibar.core.payment;

import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.AZN;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.BILLER;
import static io.etibar.core.testing.Samples.BUDGET;
import static io.etibar.core.testing.Samples.EUR;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.OTHER_BILL;
import static io.etibar.core.testing.Samples.PAYMENT;
import static io.etibar.core.testing.Samples.PAY_AD_HOC;
import static io.etibar.core.testing.Samples.PAY_BILL;
import static io.etibar.core.testing.Samples.REFERENCE;
import static io.etibar.core.testing.Samples.RETURN;
import static io.etibar.core.testing.Samples.TERMS;
import static io.etibar.core.testing.Samples.WATER;
import static io.etibar.core.testing.Samples.azn;
import static io.etibar.core.testing.Samples.receipt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillReference;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.Channel;
import io.etibar.core.biller.Status;
import io.etibar.core.biller.Terms;
import io.etibar.core.money.Money;
import io.etibar.core.testing.SettableClock;
import io.etibar.core.testing.Systems;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The life of a payment, told by its real entity over a journal; its bills are probes. */
class PaymentTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration AT_ONCE = Duration.ofMillis(30);
  private static final Instruction OTHER_AMOUNT =
      new Instruction(BANK_A, WATER, REFERENCE, null, azn(1000), Channel.CASH);

  private static ActorTestKit testKit;
  private static PersistenceTestKit journal;

  private final SettableClock clock = new SettableClock(NOW);
  private TestProbe<Bill.Command> bill;
  private TestProbe<Bill.Command> otherBill;
  private TestProbe<ClusterSharding.ShardCommand> shard;
  private TestProbe<Payment.SubmitReply> client;
  private ActorRef<Payment.Command> payment;

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
    bill = testKit.createTestProbe();
    otherBill = testKit.createTestProbe();
    shard = testKit.createTestProbe();
    client = testKit.createTestProbe();
    spawn();
  }

  @AfterEach
  void clear() {
    testKit.stop(payment);
    journal.clearAll();
  }

  private void spawn() {
    payment =
        testKit.spawn(
            Payment.create(
                PAYMENT,
                clock,
                id -> (id.equals(BILL) ? bill : otherBill).ref(),
                shard.ref(),
                TIMEOUT));
  }

  private void restart() {
    testKit.stop(payment);
    spawn();
  }

  // Without a bill

  @Test
  void aPaymentWithoutABillIsOneWrite() {
    submit(PAY_AD_HOC);
    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), false));
    assertStored(new Payment.PaymentCommitted(PAYMENT, PAY_AD_HOC, BUDGET, NOW));
    assertPassivates();
    bill.expectNoMessage(AT_ONCE);
  }

  @Test
  void theSameRequestHasTheSameAnswerForEver() {
    submit(PAY_AD_HOC);
    client.receiveMessage();
    for (int i = 0; i < 3; i++) {
      clock.pass(Duration.ofDays(1_000));
      restart();
      submit(PAY_AD_HOC);
      client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), true));
    }
    assertEquals(1, stored().size());
  }

  /** What the edge knows of the biller by then does not matter any more. */
  @Test
  void theAnswerStaysWhenTheTermsChange() {
    submit(PAY_AD_HOC);
    client.receiveMessage();
    restart();
    submit(PAY_AD_HOC, new Biller.View(WATER, TERMS, Status.SUSPENDED), azn(1));
    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), true));
    submit(PAY_AD_HOC, null, null);
    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), true));
    submit(OTHER_AMOUNT, null, null);
    client.expectMessage(refused(Refusal.of(Rejection.IDEMPOTENCY_KEY_REUSED)));
  }

  @Test
  void theOrderOfReferencesDoesNotMatter() {
    submit(PAY_AD_HOC);
    client.receiveMessage();
    Map<String, String> backwards = new java.util.LinkedHashMap<>();
    backwards.put("meter", "5555");
    backwards.put("flat", "12A");
    submit(new Instruction(BANK_A, WATER, null, backwards, azn(777), Channel.CARD));
    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), true));
    assertEquals(
        List.of("flat", "meter"),
        List.copyOf(receipt(PAY_AD_HOC).instruction().references().keySet()));
  }

  @Test
  void fiftyRequestsAtOnceMakeOnePayment() {
    for (int i = 0; i < 50; i++) {
      submit(PAY_AD_HOC);
    }
    List<Payment.SubmitReply> replies = client.receiveSeveralMessages(50);
    assertEquals(new Payment.Committed(receipt(PAY_AD_HOC), false), replies.get(0));
    assertEquals(
        Set.of(new Payment.Committed(receipt(PAY_AD_HOC), true)),
        Set.copyOf(replies.subList(1, 50)));
    assertEquals(1, stored().size());
  }

  // Against a bill

  @Test
  void aPaymentOfABillReservesCommitsAndSettles() {
    submit(PAY_BILL);
    ActorRef<Bill.ReserveReply> adapter = expectReserve(1250);
    assertStored();

    clock.pass(Duration.ofSeconds(1));
    adapter.tell(new Bill.Held(BILL, azn(1250)));
    bill.expectMessage(new Bill.Settle(PAYMENT.value()));
    var receipt = new Payment.Receipt(PAYMENT, PAY_BILL, BUDGET, clock.instant());
    client.expectMessage(new Payment.Committed(receipt, false));
    assertStored(new Payment.PaymentCommitted(PAYMENT, PAY_BILL, BUDGET, clock.instant()));
    assertPassivates();

    Payment.GetReply before = get();
    assertEquals(new Payment.Found(PAYMENT, BANK_A, PAY_BILL, receipt, null, List.of()), before);
    restart();
    assertEquals(before, get());
    submit(PAY_BILL);
    client.expectMessage(new Payment.Committed(receipt, true));
    bill.expectNoMessage(AT_ONCE);
  }

  /** While its bill is asked, neither a second request nor a question ends it. */
  @Test
  void doesNotLeaveTheMemoryWhileItsBillIsAsked() {
    submit(PAY_BILL);
    ActorRef<Bill.ReserveReply> adapter = expectReserve(1250);
    assertEquals(refused(Refusal.of(Rejection.PAYMENT_UNKNOWN)), get());
    assertEquals(
        refused(Refusal.of(Rejection.PAYMENT_UNKNOWN)), giveBack(RETURN, 1, ReturnReason.OTHER));
    submit(PAY_BILL);
    client.expectMessage(refused(Refusal.of(Rejection.IN_FLIGHT)));
    submit(OTHER_AMOUNT);
    client.expectMessage(refused(Refusal.of(Rejection.IDEMPOTENCY_KEY_REUSED)));
    adapter.tell(new Bill.NotHeld(OTHER_BILL, Refusal.of(Rejection.BILL_PAID)));
    adapter.tell(new Bill.Held(OTHER_BILL, azn(1250)));
    payment.tell(new Payment.Reconcile(BILL, BANK_A));
    get();
    shard.expectNoMessage(AT_ONCE);
    assertStored();

    adapter.tell(new Bill.Held(BILL, azn(1250)));
    client.expectMessage(new Payment.Committed(receipt(PAY_BILL), false));
    assertPassivates();
  }

  @Test
  void fiftyRequestsAtOnceReserveOnce() {
    for (int i = 0; i < 50; i++) {
      submit(PAY_BILL);
    }
    expectReserve(1250).tell(new Bill.Held(BILL, azn(1250)));
    bill.expectMessage(new Bill.Settle(PAYMENT.value()));
    List<Payment.SubmitReply> replies = client.receiveSeveralMessages(50);
    long committed =
        replies.stream()
            .filter(reply -> reply instanceof Payment.Committed(var receipt, var again) && !again)
            .count();
    assertEquals(1, committed);
    assertEquals(1, stored().size());
    bill.expectNoMessage(AT_ONCE);
  }

  @Test
  void aRefusalForGoodIsStoredAndRepeated() {
    Refusal refusal = Refusal.amount(Rejection.AMOUNT_RULE, azn(1), azn(900));
    submit(PAY_BILL);
    expectReserve(1250).tell(new Bill.NotHeld(BILL, refusal));
    client.expectMessage(refused(refusal));
    assertStored(new Payment.PaymentRejected(PAYMENT, PAY_BILL, refusal, NOW));
    assertPassivates();

    restart();
    submit(PAY_BILL);
    client.expectMessage(new Payment.Refused(refusal, true));
    submit(OTHER_AMOUNT);
    client.expectMessage(refused(Refusal.of(Rejection.IDEMPOTENCY_KEY_REUSED)));
    bill.expectNoMessage(AT_ONCE);
    assertEquals(new Payment.Found(PAYMENT, BANK_A, PAY_BILL, null, refusal, List.of()), get());
    assertEquals(
        refused(Refusal.of(Rejection.PAYMENT_NOT_COMMITTED)),
        giveBack(RETURN, 1, ReturnReason.OTHER));
  }

  @Test
  void aRefusalForAMomentIsForgotten() {
    submit(PAY_BILL);
    expectReserve(1250).tell(new Bill.NotHeld(BILL, Refusal.of(Rejection.BILL_RESERVED)));
    client.expectMessage(refused(Refusal.of(Rejection.BILL_RESERVED)));
    assertStored();
    assertPassivates();
    submit(PAY_BILL);
    expectReserve(1250).tell(new Bill.Held(BILL, azn(1250)));
    client.expectMessage(new Payment.Committed(receipt(PAY_BILL), false));
  }

  @Test
  void aRequestThatWasLostIsMadeAgain() {
    submit(PAY_BILL);
    ActorRef<Bill.ReserveReply> lost = expectReserve(1250);
    restart();
    lost.tell(new Bill.Held(BILL, azn(1250)));
    assertEquals(refused(Refusal.of(Rejection.PAYMENT_UNKNOWN)), get());
    submit(PAY_BILL);
    expectReserve(1250).tell(new Bill.Held(BILL, azn(1250)));
    client.expectMessage(new Payment.Committed(receipt(PAY_BILL), false));
    assertEquals(1, stored().size());
  }

  @Test
  void aBillThatDoesNotAnswerIsAskedAgain() {
    submit(PAY_BILL);
    expectReserve(1250);
    clock.pass(TIMEOUT.minusMillis(1));
    submit(PAY_BILL);
    client.expectMessage(refused(Refusal.of(Rejection.IN_FLIGHT)));
    clock.pass(Duration.ofMillis(1));
    submit(PAY_BILL);
    ActorRef<Bill.ReserveReply> adapter = expectReserve(1250);
    adapter.tell(new Bill.Held(BILL, azn(1250)));
    // The bill's first answer was only slow.
    adapter.tell(new Bill.Held(BILL, azn(1250)));
    bill.expectMessage(new Bill.Settle(PAYMENT.value()));
    client.expectMessage(
        new Payment.Committed(
            new Payment.Receipt(PAYMENT, PAY_BILL, BUDGET, clock.instant()), false));
    get();
    bill.expectNoMessage(AT_ONCE);
    assertEquals(1, stored().size());
  }

  /** The bill keeps what was reserved first: another amount cannot slip in under the same key. */
  @Test
  void aReservationOfAnotherAmountIsNotCommitted() {
    submit(PAY_BILL);
    expectReserve(1250).tell(new Bill.Held(BILL, azn(1000)));
    client.expectMessage(refused(Refusal.of(Rejection.IDEMPOTENCY_KEY_REUSED)));
    assertStored();
  }

  // Given up

  @Test
  void isGivenUpForGoodWhenItsBillWantsToKnow() {
    payment.tell(new Payment.Reconcile(BILL, BANK_A));
    bill.expectMessage(new Bill.Release(PAYMENT.value()));
    assertStored(new Payment.PaymentAborted(PAYMENT, BILL, BANK_A, NOW));
    assertPassivates();
    restart();
    Refusal aborted = Refusal.of(Rejection.PAYMENT_ABORTED);
    submit(PAY_BILL);
    client.expectMessage(new Payment.Refused(aborted, true));
    assertEquals(new Payment.Found(PAYMENT, BANK_A, null, null, aborted, List.of()), get());
    payment.tell(new Payment.Reconcile(BILL, BANK_A));
    bill.expectMessage(new Bill.Release(PAYMENT.value()));
    assertEquals(1, stored().size());
  }

  @Test
  void whoStillWaitsIsToldThatItIsGivenUp() {
    submit(PAY_BILL);
    ActorRef<Bill.ReserveReply> adapter = expectReserve(1250);
    clock.pass(TIMEOUT);
    payment.tell(new Payment.Reconcile(BILL, BANK_A));
    bill.expectMessage(new Bill.Release(PAYMENT.value()));
    client.expectMessage(refused(Refusal.of(Rejection.PAYMENT_ABORTED)));
    // The bill's answer comes too late, and what it holds is given back.
    adapter.tell(new Bill.Held(BILL, azn(1250)));
    bill.expectMessage(new Bill.Release(PAYMENT.value()));
  }

  @Test
  void tellsItsBillAgainWhatItMissed() {
    commitBill();
    giveBack(RETURN, 250, ReturnReason.OTHER);
    bill.expectMessage(new Bill.ApplyReturn(PAYMENT.value(), RETURN.value(), azn(250)));
    restart();
    payment.tell(new Payment.Reconcile(BILL, BANK_A));
    bill.expectMessage(new Bill.Settle(PAYMENT.value()));
    bill.expectMessage(new Bill.ApplyReturn(PAYMENT.value(), RETURN.value(), azn(250)));
    payment.tell(new Payment.Reconcile(OTHER_BILL, BANK_A));
    otherBill.expectMessage(new Bill.Release(PAYMENT.value()));
    assertEquals(2, stored().size());
  }

  // Refused at once

  static Stream<Arguments> refusals() {
    Terms noAdHoc =
        new Terms(
            "Azersu",
            AGENCY,
            "utilities",
            AZN,
            TERMS.amountRule(),
            3,
            TERMS.billReference(),
            false,
            List.of(),
            BUDGET,
            Set.of(Channel.CARD, Channel.CASH));
    Biller.View suspended = new Biller.View(WATER, TERMS, Status.SUSPENDED);
    Biller.View bills = new Biller.View(WATER, noAdHoc, Status.ACTIVE);
    Money limit = azn(1249);
    return Stream.of(
        Arguments.of(PAY_BILL, null, null, Refusal.of(Rejection.BILLER_UNKNOWN, "biller")),
        Arguments.of(PAY_BILL, suspended, null, Refusal.of(Rejection.BILLER_SUSPENDED, "biller")),
        Arguments.of(
            new Instruction(BANK_A, WATER, REFERENCE, null, new Money(1250, EUR), Channel.CASH),
            BILLER,
            null,
            Refusal.of(Rejection.CURRENCY_NOT_ACCEPTED, "amount.currency")),
        Arguments.of(
            new Instruction(BANK_A, WATER, REFERENCE, null, azn(1250), Channel.ACCOUNT),
            BILLER,
            null,
            Refusal.of(Rejection.CHANNEL_NOT_ACCEPTED, "channel")),
        Arguments.of(PAY_BILL, BILLER, limit, Refusal.amount(Rejection.AMOUNT_LIMIT, null, limit)),
        Arguments.of(
            new Instruction(BANK_A, WATER, new BillReference("12345"), null, azn(1), Channel.CASH),
            BILLER,
            null,
            Refusal.of(Rejection.BILL_UNKNOWN, "bill")),
        Arguments.of(PAY_AD_HOC, bills, null, Refusal.of(Rejection.AD_HOC_NOT_ACCEPTED, "bill")),
        Arguments.of(
            new Instruction(BANK_A, WATER, null, Map.of("flat", "1"), azn(1), Channel.CASH),
            BILLER,
            null,
            Refusal.of(Rejection.REFERENCE_INVALID, "references.meter")));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void isRefusedForGoodWithoutAskingABill(
      Instruction instruction,
      Biller.@Nullable View biller,
      @Nullable Money maxPayment,
      Refusal refusal) {
    submit(instruction, biller, maxPayment);
    client.expectMessage(refused(refusal));
    assertStored(new Payment.PaymentRejected(PAYMENT, instruction, refusal, NOW));
    assertPassivates();
    restart();
    submit(instruction, BILLER, null);
    client.expectMessage(new Payment.Refused(refusal, true));
    bill.expectNoMessage(AT_ONCE);
  }

  @Test
  void aLimitIncludesItselfAndHoldsInItsCurrencyAlone() {
    submit(PAY_AD_HOC, BILLER, azn(777));
    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), false));
    clear();
    spawn();
    submit(PAY_AD_HOC, BILLER, new Money(1, EUR));
    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), false));
  }

  @Test
  void nothingIsNotPaidNorGivenBack() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Instruction(BANK_A, WATER, REFERENCE, null, azn(0), Channel.CASH));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Payment.GiveBack(
                RETURN,
                azn(0),
                ReturnReason.OTHER,
                AGENCY,
                testKit.<Payment.ReturnReply>createTestProbe().ref()));
  }

  @Test
  void whatWasGivenAsReferencesCanBeChangedWithoutChangingTheInstruction() {
    Map<String, String> given = new HashMap<>(Map.of("meter", "5555"));
    Instruction instruction = new Instruction(BANK_A, WATER, null, given, azn(1), Channel.CASH);
    given.put("meter", "6666");
    assertEquals(Map.of("meter", "5555"), instruction.references());
  }

  // Returns

  @Test
  void isReturnedOncePerIdAndNeverBeyondItsAmount() {
    commitBill();
    var first = new Payment.Return(RETURN, azn(250), ReturnReason.DUPLICATE, AGENCY, NOW);
    var done = new Payment.GivenBack(receipt(PAY_BILL), first, false);
    assertEquals(done, giveBack(RETURN, 250, ReturnReason.DUPLICATE));
    bill.expectMessage(new Bill.ApplyReturn(PAYMENT.value(), RETURN.value(), azn(250)));
    var event =
        new Payment.PaymentReturned(
            PAYMENT, RETURN, azn(250), ReturnReason.DUPLICATE, AGENCY, BILL, NOW);
    assertEquals(event, stored().get(1));
    assertPassivates();

    restart();
    clock.pass(Duration.ofDays(1));
    assertEquals(
        new Payment.GivenBack(receipt(PAY_BILL), first, true),
        giveBack(RETURN, 250, ReturnReason.DUPLICATE));
    Payment.Refused reused = refused(Refusal.of(Rejection.IDEMPOTENCY_KEY_REUSED));
    assertEquals(reused, giveBack(RETURN, 251, ReturnReason.DUPLICATE));
    assertEquals(reused, giveBack(RETURN, 250, ReturnReason.OTHER));

    Payment.Refused tooMuch =
        refused(Refusal.amount(Rejection.RETURN_EXCEEDS_PAYMENT, null, azn(1000)));
    assertEquals(tooMuch, giveBack(returnId(2), 1001, ReturnReason.OTHER));
    giveBack(returnId(2), 1000, ReturnReason.OTHER);
    assertEquals(
        refused(Refusal.amount(Rejection.RETURN_EXCEEDS_PAYMENT, null, azn(0))),
        giveBack(returnId(3), 1, ReturnReason.OTHER));
    assertEquals(3, stored().size());

    var found = (Payment.Found) get();
    assertEquals(List.of(RETURN, returnId(2)), found.returns().stream().map(r -> r.id()).toList());
    // The payment itself was made, and stays so.
    submit(PAY_BILL);
    client.expectMessage(new Payment.Committed(receipt(PAY_BILL), true));
  }

  @Test
  void aReturnIsInTheCurrencyOfThePayment() {
    commitBill();
    TestProbe<Payment.ReturnReply> biller = testKit.createTestProbe();
    payment.tell(
        new Payment.GiveBack(RETURN, new Money(1, EUR), ReturnReason.OTHER, AGENCY, biller.ref()));
    biller.expectMessage(refused(Refusal.of(Rejection.CURRENCY_NOT_ACCEPTED, "amount.currency")));
  }

  @Test
  void aReturnWithoutABillTellsNobody() {
    submit(PAY_AD_HOC);
    client.receiveMessage();
    giveBack(RETURN, 777, ReturnReason.CUSTOMER_REQUEST);
    assertEquals(
        new Payment.PaymentReturned(
            PAYMENT, RETURN, azn(777), ReturnReason.CUSTOMER_REQUEST, AGENCY, null, NOW),
        stored().get(1));
    bill.expectNoMessage(AT_ONCE);
  }

  @Test
  void isReturnedInSoManyPartsAndNoMore() {
    commitBill();
    for (int i = 0; i < Payment.MAX_RETURNS; i++) {
      assertEquals(
          Payment.GivenBack.class, giveBack(returnId(i), 1, ReturnReason.OTHER).getClass());
    }
    assertEquals(
        refused(Refusal.of(Rejection.RETURNS_LIMIT)),
        giveBack(returnId(Payment.MAX_RETURNS), 1, ReturnReason.OTHER));
    var again = (Payment.GivenBack) giveBack(returnId(0), 1, ReturnReason.OTHER);
    assertEquals(true, again.replayed());
  }

  @Test
  void whatWasNeverPaidCannotBeReturned() {
    assertEquals(
        refused(Refusal.of(Rejection.PAYMENT_UNKNOWN)), giveBack(RETURN, 1, ReturnReason.OTHER));
    assertEquals(refused(Refusal.of(Rejection.PAYMENT_UNKNOWN)), get());
    assertStored();
  }

  private static ReturnId returnId(int number) {
    return ReturnId.of(PAYMENT, new IdempotencyKey("return-no-" + number));
  }

  private void submit(Instruction instruction) {
    submit(instruction, BILLER, null);
  }

  private void submit(
      Instruction instruction, Biller.@Nullable View biller, @Nullable Money maxPayment) {
    payment.tell(new Payment.Submit(instruction, biller, maxPayment, client.ref()));
  }

  private void commitBill() {
    submit(PAY_BILL);
    expectReserve(1250).tell(new Bill.Held(BILL, azn(1250)));
    bill.expectMessage(new Bill.Settle(PAYMENT.value()));
    client.expectMessage(new Payment.Committed(receipt(PAY_BILL), false));
    assertPassivates();
  }

  private Payment.GetReply get() {
    TestProbe<Payment.GetReply> reader = testKit.createTestProbe();
    payment.tell(new Payment.Get(reader.ref()));
    return reader.receiveMessage();
  }

  private Payment.ReturnReply giveBack(ReturnId id, long minor, ReturnReason reason) {
    TestProbe<Payment.ReturnReply> biller = testKit.createTestProbe();
    payment.tell(new Payment.GiveBack(id, azn(minor), reason, AGENCY, biller.ref()));
    return biller.receiveMessage();
  }

  /** Where the bill's answer goes. */
  private ActorRef<Bill.ReserveReply> expectReserve(long minor) {
    Bill.Reserve reserve = bill.expectMessageClass(Bill.Reserve.class);
    assertEquals(new Bill.Reserve(PAYMENT.value(), BANK_A, azn(minor), reserve.replyTo()), reserve);
    return reserve.replyTo();
  }

  private void assertPassivates() {
    var passivate = shard.expectMessageClass(ClusterSharding.Passivate.class);
    assertEquals(payment, passivate.entity());
  }

  private void assertStored(Payment.Event... events) {
    assertEquals(List.of(events), stored());
  }

  private static List<Object> stored() {
    return journal.persistedInStorage("Payment|" + PAYMENT.value());
  }

  private static Payment.Refused refused(Refusal refusal) {
    return new Payment.Refused(refusal, false);
  }
}
