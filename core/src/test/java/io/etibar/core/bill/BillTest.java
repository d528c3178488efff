package io.etibar.core.bill;

import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BANK_B;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.EUR;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.PAYABLE_UNTIL;
import static io.etibar.core.testing.Samples.azn;
import static io.etibar.core.testing.Samples.content;
import static io.etibar.core.testing.Samples.sealedContent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.money.Money;
import io.etibar.core.privacy.Sealed;
import io.etibar.core.testing.SettableClock;
import io.etibar.core.testing.Systems;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of a bill, told by its real entity over a journal. */
class BillTest {
  private static final String P1 = "pay_1";
  private static final String P2 = "pay_2";

  private static ActorTestKit testKit;
  private final SettableClock clock = new SettableClock(NOW);
  private EventSourcedBehaviorTestKit<Bill.Command, Bill.Event, BillState> bill;

  @BeforeAll
  static void start() {
    testKit = Systems.startForBehaviors();
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void create() {
    bill =
        EventSourcedBehaviorTestKit.create(
            testKit.system(), Bill.create(BILL, clock), Systems.statesInMemory());
    bill.clear();
  }

  // Publishing

  @Test
  void isUnknownUntilItIsPublished() {
    assertEquals(refused(Rejection.BILL_UNKNOWN), get());
    assertEquals(refused(Rejection.BILL_UNKNOWN), withdraw());
    assertEquals(notHeld(Refusal.of(Rejection.BILL_UNKNOWN, "bill")), reserve(P1, 1250));
    bill.restart();
    assertEquals(refused(Rejection.BILL_UNKNOWN), get());
  }

  @Test
  void isPublishedOnce() {
    var result = bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(sealedContent(), to));
    assertEquals(List.of(new Bill.BillPublished(BILL, sealedContent(), NOW)), result.events());
    assertEquals(new Bill.Done(true, view(Bill.Status.PUBLISHED, 0, 0, 1L, 1250L)), result.reply());

    bill.restart();
    clock.set(NOW.plusSeconds(1));
    var again = bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(sealedContent(), to));
    assertEquals(List.of(), again.events());
    assertEquals(new Bill.Done(false, view(Bill.Status.PUBLISHED, 0, 0, 1L, 1250L)), again.reply());
  }

  @Test
  void canBeChangedWhileNothingIsPaidOrReserved() {
    publish(AmountRule.EXACT);
    var result = bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(sealedContent(), to));
    assertEquals(List.of(new Bill.BillChanged(BILL, sealedContent(), NOW)), result.events());
    assertEquals(
        new Bill.Done(false, view(Bill.Status.PUBLISHED, 0, 0, 1L, 1250L)), result.reply());
    bill.restart();
    assertEquals(new Bill.Found(view(Bill.Status.PUBLISHED, 0, 0, 1L, 1250L)), get());
  }

  @Test
  void canBeChangedToAnotherCurrencyWhileNothingIsPaid() {
    publish(AmountRule.EXACT);
    Money amount = new Money(700, EUR);
    var content =
        new BillContent(amount, LocalDate.of(2026, 12, 31), PAYABLE_UNTIL, AmountRule.EXACT, null);
    var view =
        new Bill.View(
            BILL,
            content,
            Bill.Status.PUBLISHED,
            Money.zero(EUR),
            Money.zero(EUR),
            amount,
            amount,
            amount);
    assertEquals(
        new Bill.Done(false, view),
        bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(content, to)).reply());
    bill.restart();
    assertEquals(new Bill.Found(view), get());
    assertEquals(
        notHeld(Refusal.of(Rejection.CURRENCY_NOT_ACCEPTED, "amount.currency")), reserve(P1, 1250));
  }

  @Test
  void cannotBeChangedWhileAPaymentHoldsIt() {
    publish(AmountRule.UP_TO);
    reserve(P1, 100);
    assertEquals(
        refused(Rejection.BILL_LOCKED),
        bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(sealedContent(), to)).reply());
    bill.runCommand(new Bill.Release(P1));
    var result = bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(sealedContent(), to));
    assertEquals(Bill.BillChanged.class, result.event().getClass());
  }

  @Test
  void cannotBeChangedOncePaidUntilAllIsReturned() {
    publish(AmountRule.EXACT);
    pay(P1, 1250);
    assertEquals(
        refused(Rejection.BILL_LOCKED),
        bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(sealedContent(), to)).reply());
    bill.runCommand(new Bill.ApplyReturn(P1, "ret_1", azn(1250)));
    var result = bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(sealedContent(), to));
    assertEquals(Bill.BillChanged.class, result.event().getClass());
  }

  /** A biller that sends its whole list each night is not refused because its terms changed. */
  @Test
  void theSameBillOnOtherTermsIsTheSameOncePaid() {
    publish(AmountRule.EXACT);
    pay(P1, 1250);
    var result =
        bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(content(AmountRule.ANY), to));
    assertEquals(List.of(), result.events());
    var done = assertInstanceOf(Bill.Done.class, result.reply());
    assertEquals(AmountRule.EXACT, done.bill().content().rule());
    assertEquals(Bill.Status.PAID, done.bill().status());
  }

  @Test
  void aBillIsOfSomething() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new BillContent(
                azn(0), LocalDate.of(2026, 12, 31), PAYABLE_UNTIL, AmountRule.ANY, null));
  }

  @Test
  void whatIsSealedIsNotShown() {
    assertEquals("Sealed", new Sealed("c2VhbGVk").toString());
    assertTrue(!sealedContent().toString().contains("c2VhbGVk"));
    assertThrows(IllegalArgumentException.class, () -> new Sealed(""));
  }

  // Being paid

  @Test
  void isReservedThenPaid() {
    publish(AmountRule.EXACT);
    var reserved =
        bill.<Bill.ReserveReply>runCommand(to -> new Bill.Reserve(P1, BANK_A, azn(1250), to));
    assertEquals(List.of(new Bill.Reserved(BILL, P1, BANK_A, azn(1250), NOW)), reserved.events());
    assertEquals(new Bill.Held(BILL, azn(1250)), reserved.reply());
    bill.restart();
    assertEquals(found(AmountRule.EXACT, Bill.Status.PUBLISHED, 0, 1250, null, null), get());

    clock.set(NOW.plusSeconds(1));
    var settled = bill.runCommand(new Bill.Settle(P1));
    assertEquals(List.of(new Bill.Settled(BILL, P1, NOW.plusSeconds(1))), settled.events());
    bill.restart();
    assertEquals(found(AmountRule.EXACT, Bill.Status.PAID, 1250, 0, null, null), get());
    assertEquals(notHeld(Refusal.of(Rejection.BILL_PAID)), reserve(P2, 1250));
  }

  @Test
  void isReservedOnceForAPaymentHoweverOftenItAsks() {
    publish(AmountRule.UP_TO);
    reserve(P1, 1000);
    for (int i = 0; i < 2; i++) {
      var again =
          bill.<Bill.ReserveReply>runCommand(to -> new Bill.Reserve(P1, BANK_A, azn(1000), to));
      assertEquals(List.of(), again.events());
      assertEquals(new Bill.Held(BILL, azn(1000)), again.reply());
      bill.restart();
    }
    bill.runCommand(new Bill.Settle(P1));
    assertEquals(new Bill.Held(BILL, azn(1000)), reserve(P1, 1000));
    assertEquals(notHeld(Refusal.of(Rejection.IDEMPOTENCY_KEY_REUSED)), reserve(P1, 999));
    assertEquals(found(AmountRule.UP_TO, Bill.Status.PARTIALLY_PAID, 1000, 0, 1L, 250L), get());
  }

  @Test
  void isSettledOnce() {
    publish(AmountRule.EXACT);
    pay(P1, 1250);
    bill.restart();
    assertEquals(List.of(), bill.runCommand(new Bill.Settle(P1)).events());
    assertEquals(found(AmountRule.EXACT, Bill.Status.PAID, 1250, 0, null, null), get());
  }

  @Test
  void isFreeAgainWhenAPaymentIsGivenUp() {
    publish(AmountRule.EXACT);
    reserve(P1, 1250);
    assertEquals(notHeld(Refusal.of(Rejection.BILL_RESERVED)), reserve(P2, 1250));
    var released = bill.runCommand(new Bill.Release(P1));
    assertEquals(List.of(new Bill.Released(BILL, P1, NOW)), released.events());
    bill.restart();
    assertEquals(List.of(), bill.runCommand(new Bill.Release(P1)).events());
    assertEquals(new Bill.Held(BILL, azn(1250)), reserve(P2, 1250));
  }

  @Test
  void isPaidInPartsByTwoBanksAtOnce() {
    publish(AmountRule.UP_TO);
    assertEquals(new Bill.Held(BILL, azn(1000)), reserve(P1, 1000));
    assertEquals(notHeld(Refusal.of(Rejection.BILL_RESERVED)), reserve(P2, 251));
    assertEquals(new Bill.Held(BILL, azn(250)), reserve(P2, 250));
    assertEquals(found(AmountRule.UP_TO, Bill.Status.PUBLISHED, 0, 1250, null, null), get());
    bill.runCommand(new Bill.Settle(P2));
    assertEquals(found(AmountRule.UP_TO, Bill.Status.PARTIALLY_PAID, 250, 1000, null, null), get());
    bill.runCommand(new Bill.Settle(P1));
    assertEquals(found(AmountRule.UP_TO, Bill.Status.PAID, 1250, 0, null, null), get());
  }

  @Test
  void mayBePaidOverWhereItsRuleAllows() {
    publish(AmountRule.AT_LEAST);
    assertEquals(
        found(AmountRule.AT_LEAST, Bill.Status.PUBLISHED, 0, 0, 1250L, Money.MAX_MINOR), get());
    assertEquals(
        notHeld(Refusal.amount(Rejection.AMOUNT_RULE, azn(1250), azn(Money.MAX_MINOR))),
        reserve(P1, 1249));
    pay(P1, 2000);
    bill.restart();
    assertEquals(found(AmountRule.AT_LEAST, Bill.Status.PAID, 2000, 0, null, null), get());
    bill.runCommand(new Bill.ApplyReturn(P1, "ret_1", azn(800)));
    assertEquals(
        found(AmountRule.AT_LEAST, Bill.Status.PARTIALLY_PAID, 1200, 0, 50L, Money.MAX_MINOR),
        get());
  }

  @Test
  void refusesOtherAmountsThanItsRule() {
    publish(AmountRule.EXACT);
    Refusal refusal = Refusal.amount(Rejection.AMOUNT_RULE, azn(1250), azn(1250));
    assertEquals(notHeld(refusal), reserve(P1, 1249));
    assertEquals(notHeld(refusal), reserve(P1, 1251));
    var euro =
        bill.<Bill.ReserveReply>runCommand(
            to -> new Bill.Reserve(P1, BANK_A, new Money(1250, EUR), to));
    assertEquals(
        notHeld(Refusal.of(Rejection.CURRENCY_NOT_ACCEPTED, "amount.currency")), euro.reply());
    assertEquals(List.of(), euro.events());
  }

  @Test
  void expiresByTheClock() {
    publish(AmountRule.EXACT);
    clock.set(PAYABLE_UNTIL.minusNanos(1));
    assertEquals(found(AmountRule.EXACT, Bill.Status.PUBLISHED, 0, 0, 1250L, 1250L), get());
    clock.set(PAYABLE_UNTIL);
    assertEquals(found(AmountRule.EXACT, Bill.Status.EXPIRED, 0, 0, null, null), get());
    assertEquals(notHeld(Refusal.of(Rejection.BILL_EXPIRED)), reserve(P1, 1250));
  }

  /** Who held it in time pays it, however late the news. */
  @Test
  void aPaymentHeldInTimeIsSettledAfterTheEnd() {
    publish(AmountRule.EXACT);
    reserve(P1, 1250);
    clock.set(PAYABLE_UNTIL.plusSeconds(3600));
    assertEquals(new Bill.Held(BILL, azn(1250)), reserve(P1, 1250));
    bill.runCommand(new Bill.Settle(P1));
    assertEquals(found(AmountRule.EXACT, Bill.Status.PAID, 1250, 0, null, null), get());
  }

  @Test
  void takesSoManyPaymentsAndNoMore() {
    var many =
        new BillContent(
            azn(1_000_000), LocalDate.of(2026, 12, 31), PAYABLE_UNTIL, AmountRule.ANY, null);
    List<Bill.Event> history = new ArrayList<>();
    history.add(new Bill.BillPublished(BILL, many, NOW));
    for (int i = 0; i < Bill.MAX_PAYMENTS - 1; i++) {
      history.add(new Bill.Reserved(BILL, "pay_" + i, BANK_A, azn(1), NOW));
      history.add(new Bill.Settled(BILL, "pay_" + i, NOW));
    }
    bill.initialize(history.toArray());
    String last = "pay_" + (Bill.MAX_PAYMENTS - 1);
    assertEquals(new Bill.Held(BILL, azn(1)), reserve(last, 1));
    assertEquals(
        notHeld(Refusal.of(Rejection.BILL_PAYMENTS_LIMIT)), reserve("pay_" + Bill.MAX_PAYMENTS, 1));
    assertEquals(new Bill.Held(BILL, azn(1)), reserve("pay_0", 1));
    assertNull(((Bill.Found) get()).bill().min());
  }

  // Returns

  @Test
  void isPayableAgainAfterAReturn() {
    publish(AmountRule.EXACT);
    pay(P1, 1250);
    var part = bill.runCommand(new Bill.ApplyReturn(P1, "ret_1", azn(250)));
    assertEquals(List.of(new Bill.Returned(BILL, P1, "ret_1", azn(250), NOW)), part.events());
    bill.restart();
    assertEquals(List.of(), bill.runCommand(new Bill.ApplyReturn(P1, "ret_1", azn(250))).events());
    assertEquals(found(AmountRule.EXACT, Bill.Status.PARTIALLY_PAID, 1000, 0, 250L, 250L), get());
    pay(P2, 250);
    assertEquals(found(AmountRule.EXACT, Bill.Status.PAID, 1250, 0, null, null), get());
    bill.runCommand(new Bill.ApplyReturn(P1, "ret_2", azn(1000)));
    bill.runCommand(new Bill.ApplyReturn(P2, "ret_3", azn(250)));
    bill.restart();
    assertEquals(found(AmountRule.EXACT, Bill.Status.PUBLISHED, 0, 0, 1250L, 1250L), get());
  }

  /** The news of the commitment was lost, and that of the return came through. */
  @Test
  void aReturnTellsOfThePaymentToo() {
    publish(AmountRule.EXACT);
    reserve(P1, 1250);
    var result = bill.runCommand(new Bill.ApplyReturn(P1, "ret_1", azn(50)));
    assertEquals(
        List.of(
            new Bill.Settled(BILL, P1, NOW), new Bill.Returned(BILL, P1, "ret_1", azn(50), NOW)),
        result.events());
    assertEquals(List.of(), bill.runCommand(new Bill.Settle(P1)).events());
    bill.restart();
    assertEquals(found(AmountRule.EXACT, Bill.Status.PARTIALLY_PAID, 1200, 0, 50L, 50L), get());
  }

  // Withdrawing

  @Test
  void isWithdrawnForGood() {
    publish(AmountRule.EXACT);
    var result = bill.<Bill.WithdrawReply>runCommand(to -> new Bill.Withdraw(AGENCY, to));
    var done = new Bill.Done(false, viewOf(AmountRule.EXACT, Bill.Status.WITHDRAWN, 0, 0));
    assertEquals(List.of(new Bill.BillWithdrawn(BILL, AGENCY, NOW)), result.events());
    assertEquals(done, result.reply());
    bill.restart();
    assertEquals(new Bill.Found(done.bill()), get());
    assertEquals(done, withdraw());
    assertEquals(notHeld(Refusal.of(Rejection.BILL_WITHDRAWN)), reserve(P1, 1250));
    var again =
        bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(content(AmountRule.EXACT), to));
    assertEquals(refused(Rejection.BILL_WITHDRAWN), again.reply());
    assertEquals(List.of(), again.events());
  }

  @Test
  void cannotBeWithdrawnWhileReservedOrPaid() {
    publish(AmountRule.EXACT);
    reserve(P1, 1250);
    assertEquals(refused(Rejection.BILL_RESERVED), withdraw());
    bill.runCommand(new Bill.Settle(P1));
    assertEquals(refused(Rejection.BILL_PAID), withdraw());
  }

  @Test
  void whatWasCollectedStaysCollectedWhenTheRestIsWithdrawn() {
    publish(AmountRule.UP_TO);
    pay(P1, 1000);
    var view = viewOf(AmountRule.UP_TO, Bill.Status.WITHDRAWN, 1000, 0);
    assertEquals(new Bill.Done(false, view), withdraw());
    assertEquals(List.of(), bill.runCommand(new Bill.Settle(P1)).events());
    bill.runCommand(new Bill.ApplyReturn(P1, "ret_1", azn(400)));
    bill.restart();
    assertEquals(new Bill.Found(viewOf(AmountRule.UP_TO, Bill.Status.WITHDRAWN, 600, 0)), get());
  }

  // What never happens

  /** A payment that was committed without a reservation is a broken invariant, not a refusal. */
  @Test
  void aBrokenInvariantCrashesAndStoresNothing() {
    TestProbe<Bill.PublishReply> client = testKit.createTestProbe();
    ActorRef<Bill.Command> broken = testKit.spawn(Bill.create(BILL, clock));
    broken.tell(new Bill.Publish(content(AmountRule.EXACT), client.ref()));
    client.receiveMessage();
    LoggingTestKit.error(IllegalStateException.class)
        .expect(
            testKit.system(),
            () -> {
              broken.tell(new Bill.Settle(P1));
              return null;
            });
    client.expectTerminated(broken);
    List<Object> stored =
        PersistenceTestKit.create(testKit.system()).persistedInStorage("Bill|water:20045678");
    assertEquals(1, stored.size());
  }

  private void publish(AmountRule rule) {
    bill.<Bill.PublishReply>runCommand(to -> new Bill.Publish(content(rule), to));
  }

  private void pay(String payment, long minor) {
    assertEquals(new Bill.Held(BILL, azn(minor)), reserve(payment, minor));
    bill.runCommand(new Bill.Settle(payment));
  }

  private Bill.ReserveReply reserve(String payment, long minor) {
    return bill.<Bill.ReserveReply>runCommand(
            to -> new Bill.Reserve(payment, BANK_B, azn(minor), to))
        .reply();
  }

  private Bill.WithdrawReply withdraw() {
    return bill.<Bill.WithdrawReply>runCommand(to -> new Bill.Withdraw(AGENCY, to)).reply();
  }

  private Bill.GetReply get() {
    var result = bill.<Bill.GetReply>runCommand(Bill.Get::new);
    assertEquals(List.of(), result.events());
    return result.reply();
  }

  private static Bill.Refused refused(Rejection rejection) {
    return new Bill.Refused(Refusal.of(rejection));
  }

  private static Bill.NotHeld notHeld(Refusal refusal) {
    return new Bill.NotHeld(BILL, refusal);
  }

  private static Bill.Found found(
      AmountRule rule,
      Bill.Status status,
      long collected,
      long reserved,
      @Nullable Long min,
      @Nullable Long max) {
    return new Bill.Found(view(content(rule), status, collected, reserved, min, max));
  }

  private static Bill.View view(
      Bill.Status status, long collected, long reserved, @Nullable Long min, @Nullable Long max) {
    return view(sealedContent(), status, collected, reserved, min, max);
  }

  private static Bill.View viewOf(
      AmountRule rule, Bill.Status status, long collected, long reserved) {
    return view(content(rule), status, collected, reserved, null, null);
  }

  private static Bill.View view(
      BillContent content,
      Bill.Status status,
      long collected,
      long reserved,
      @Nullable Long min,
      @Nullable Long max) {
    return new Bill.View(
        BILL,
        content,
        status,
        azn(collected),
        azn(reserved),
        azn(Math.max(0, 1250 - collected)),
        min == null ? null : azn(min),
        max == null ? null : azn(max));
  }
}
