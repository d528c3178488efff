package io.etibar.core;

import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.BILLER;
import static io.etibar.core.testing.Samples.BUDGET;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.PAYMENT;
import static io.etibar.core.testing.Samples.PAY_AD_HOC;
import static io.etibar.core.testing.Samples.PAY_BILL;
import static io.etibar.core.testing.Samples.RETURN;
import static io.etibar.core.testing.Samples.azn;
import static io.etibar.core.testing.Samples.content;
import static io.etibar.core.testing.Samples.receipt;
import static io.etibar.core.testing.Samples.sealedContent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import io.etibar.core.bill.Bill;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.payment.OwnMessages;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.ReturnReason;
import io.etibar.core.testing.SettableClock;
import io.etibar.core.testing.Systems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
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
 * What is not durable was not done: when the journal fails, nobody hears a word, the entity leaves,
 * and the next command finds what the journal has.
 */
class FailedWriteTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String PAYMENT_KEY = "Payment|" + PAYMENT.value();
  private static final String BILL_KEY = "Bill|" + BILL.entityId();

  /** How a journal says no: it failed, and may have stored it; or it refused, and did not. */
  private enum No {
    FAILED(PersistenceTestKit::failNextPersisted),
    REJECTED(PersistenceTestKit::rejectNextPersisted);

    final BiConsumer<PersistenceTestKit, String> toNext;

    No(BiConsumer<PersistenceTestKit, String> toNext) {
      this.toNext = toNext;
    }
  }

  private static ActorTestKit testKit;
  private static PersistenceTestKit journal;

  private final SettableClock clock = new SettableClock(NOW);
  private TestProbe<Object> everybody;
  private ActorRef<?> entity;

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
  void listen() {
    everybody = testKit.createTestProbe();
  }

  @AfterEach
  void clear() {
    testKit.stop(entity);
    journal.resetPolicy();
    journal.clearAll();
  }

  private <C> ActorRef<C> spawn(Behavior<C> behavior) {
    ActorRef<C> spawned = testKit.spawn(behavior);
    entity = spawned;
    return spawned;
  }

  /** Whoever is told anything: clients, bills and the shard are all the same probe. */
  private <T> ActorRef<T> anybody() {
    return everybody.getRef().narrow();
  }

  private ActorRef<Payment.Command> payment() {
    return spawn(
        Payment.create(
            PAYMENT,
            clock,
            bill -> this.<Bill.Command>anybody(),
            this.<ClusterSharding.ShardCommand>anybody(),
            TIMEOUT));
  }

  private ActorRef<Bill.Command> bill() {
    return spawn(Bill.create(BILL, clock));
  }

  /**
   * A command that is not stored.
   *
   * @param before what brings the entity there
   * @param answers how many messages that makes
   */
  private record Case<C>(
      String name,
      List<Function<FailedWriteTest, C>> before,
      int answers,
      Function<FailedWriteTest, C> command) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Arguments> eachWay(Stream<? extends Case<?>> cases) {
    return cases.flatMap(one -> Stream.of(No.values()).map(no -> Arguments.of(one, no)));
  }

  // Payments

  private static Stream<Case<Payment.Command>> paymentCases() {
    Function<FailedWriteTest, Payment.Command> adHoc =
        test -> new Payment.Submit(PAY_AD_HOC, BILLER, null, test.anybody());
    Function<FailedWriteTest, Payment.Command> ofBill =
        test -> new Payment.Submit(PAY_BILL, BILLER, null, test.anybody());
    Function<FailedWriteTest, Payment.Command> held =
        test -> OwnMessages.billAnswered(new Bill.Held(BILL, azn(1250)));
    return Stream.of(
        new Case<>("a payment without a bill", List.of(), 0, adHoc),
        new Case<>("a payment whose bill agreed", List.of(ofBill), 1, held),
        new Case<>(
            "a payment whose bill refused",
            List.of(ofBill),
            1,
            test ->
                OwnMessages.billAnswered(new Bill.NotHeld(BILL, Refusal.of(Rejection.BILL_PAID)))),
        new Case<>(
            "a payment that is refused at once",
            List.of(),
            0,
            test -> new Payment.Submit(PAY_BILL, null, null, test.anybody())),
        new Case<>(
            "a payment that is given up",
            List.of(),
            0,
            test -> new Payment.Reconcile(BILL, BANK_A)),
        new Case<>(
            "a return",
            // The news for the bill, the answer, and the shard.
            List.of(ofBill, held),
            4,
            test ->
                new Payment.GiveBack(
                    RETURN, azn(250), ReturnReason.DUPLICATE, AGENCY, test.anybody())));
  }

  static Stream<Arguments> payments() {
    return eachWay(paymentCases());
  }

  @ParameterizedTest
  @MethodSource("payments")
  void nobodyHearsOfAPaymentThatWasNotStored(Case<Payment.Command> one, No no) {
    ActorRef<Payment.Command> payment = payment();
    one.before().forEach(command -> payment.tell(command.apply(this)));
    everybody.receiveSeveralMessages(one.answers());
    List<Object> before = journal.persistedInStorage(PAYMENT_KEY);
    no.toNext.accept(journal, PAYMENT_KEY);

    payment.tell(one.command().apply(this));

    assertLeavesInSilence(payment);
    assertEquals(before, journal.persistedInStorage(PAYMENT_KEY));
    TestProbe<Payment.GetReply> reader = testKit.createTestProbe();
    payment().tell(new Payment.Get(reader.ref()));
    // Whoever asks next hears what was, and nothing of what was not stored.
    assertEquals(
        before.isEmpty()
            ? new Payment.Refused(Refusal.of(Rejection.PAYMENT_UNKNOWN), false)
            : new Payment.Found(PAYMENT, BANK_A, PAY_BILL, receipt(PAY_BILL), null, List.of()),
        reader.receiveMessage());
  }

  @Test
  void theNextAttemptMakesThePayment() {
    TestProbe<Payment.SubmitReply> client = testKit.createTestProbe();
    var submit = new Payment.Submit(PAY_AD_HOC, BILLER, null, client.ref());
    journal.failNextPersisted(PAYMENT_KEY);
    ActorRef<Payment.Command> payment = payment();
    payment.tell(submit);
    client.expectTerminated(payment);

    payment().tell(submit);

    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), false));
    assertEquals(
        List.of(new Payment.PaymentCommitted(PAYMENT, PAY_AD_HOC, BUDGET, NOW)),
        journal.persistedInStorage(PAYMENT_KEY));
  }

  /** The database stored it and could not say so: the repetition learns of the first outcome. */
  @Test
  void aPaymentThatWasStoredAllTheSameIsNotMadeTwice() {
    TestProbe<Payment.SubmitReply> client = testKit.createTestProbe();
    var submit = new Payment.Submit(PAY_AD_HOC, BILLER, null, client.ref());
    journal.failNextPersisted(PAYMENT_KEY);
    ActorRef<Payment.Command> payment = payment();
    payment.tell(submit);
    client.expectTerminated(payment);
    journal.persistForRecovery(
        PAYMENT_KEY, List.of(new Payment.PaymentCommitted(PAYMENT, PAY_AD_HOC, BUDGET, NOW)));
    clock.pass(Duration.ofMinutes(1));

    payment().tell(submit);

    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), true));
    assertEquals(1, journal.persistedInStorage(PAYMENT_KEY).size());
  }

  @Test
  void aPaymentThatCannotBeReadAnswersNothingUntilItCan() {
    TestProbe<Payment.SubmitReply> client = testKit.createTestProbe();
    var submit = new Payment.Submit(PAY_AD_HOC, BILLER, null, client.ref());
    payment().tell(submit);
    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), false));
    testKit.stop(entity);
    journal.failNextRead(PAYMENT_KEY);

    ActorRef<Payment.Command> unread = payment();
    unread.tell(submit);
    client.expectTerminated(unread);
    payment().tell(submit);

    client.expectMessage(new Payment.Committed(receipt(PAY_AD_HOC), true));
  }

  // Bills

  private static Stream<Case<Bill.Command>> billCases() {
    Function<FailedWriteTest, Bill.Command> publish =
        test -> new Bill.Publish(content(AmountRule.EXACT), test.anybody());
    Function<FailedWriteTest, Bill.Command> reserve =
        test -> new Bill.Reserve(PAYMENT.value(), BANK_A, azn(1250), test.anybody());
    Function<FailedWriteTest, Bill.Command> giveBack =
        test -> new Bill.ApplyReturn(PAYMENT.value(), RETURN.value(), azn(250));
    return Stream.of(
        new Case<>("publish", List.of(), 0, publish),
        new Case<>(
            "change",
            List.of(publish),
            1,
            test -> new Bill.Publish(sealedContent(), test.anybody())),
        new Case<>(
            "withdraw", List.of(publish), 1, test -> new Bill.Withdraw(AGENCY, test.anybody())),
        new Case<>("reserve", List.of(publish), 1, reserve),
        new Case<>(
            "settle", List.of(publish, reserve), 2, test -> new Bill.Settle(PAYMENT.value())),
        new Case<>(
            "release", List.of(publish, reserve), 2, test -> new Bill.Release(PAYMENT.value())),
        new Case<>(
            "return",
            List.of(publish, reserve, test -> new Bill.Settle(PAYMENT.value())),
            2,
            giveBack),
        new Case<>("return before the commit is known", List.of(publish, reserve), 2, giveBack));
  }

  static Stream<Arguments> bills() {
    return eachWay(billCases());
  }

  @ParameterizedTest
  @MethodSource("bills")
  void nobodyHearsOfWhatABillDidNotStore(Case<Bill.Command> one, No no) {
    ActorRef<Bill.Command> bill = bill();
    one.before().forEach(command -> bill.tell(command.apply(this)));
    Bill.GetReply view = look(bill);
    List<Object> before = journal.persistedInStorage(BILL_KEY);
    everybody.receiveSeveralMessages(one.answers());
    no.toNext.accept(journal, BILL_KEY);

    bill.tell(one.command().apply(this));

    assertLeavesInSilence(bill);
    assertEquals(before, journal.persistedInStorage(BILL_KEY));
    ActorRef<Bill.Command> again = bill();
    assertEquals(view, look(again));

    again.tell(one.command().apply(this));
    look(again);
    assertTrue(journal.persistedInStorage(BILL_KEY).size() > before.size(), "done in the end");
  }

  @Test
  void aReservationThatWasStoredAllTheSameIsTheSameReservation() {
    TestProbe<Bill.ReserveReply> payment = testKit.createTestProbe();
    ActorRef<Bill.Command> bill = bill();
    bill.tell(new Bill.Publish(content(AmountRule.EXACT), anybody()));
    everybody.receiveMessage();
    var reserve = new Bill.Reserve(PAYMENT.value(), BANK_A, azn(1250), payment.ref());
    journal.failNextPersisted(BILL_KEY);
    bill.tell(reserve);
    payment.expectTerminated(bill);
    List<Object> all = new ArrayList<>(journal.persistedInStorage(BILL_KEY));
    all.add(new Bill.Reserved(BILL, PAYMENT.value(), BANK_A, azn(1250), NOW));
    journal.clearByPersistenceId(BILL_KEY);
    journal.persistForRecovery(BILL_KEY, all);

    bill().tell(reserve);

    payment.expectMessage(new Bill.Held(BILL, azn(1250)));
    assertEquals(all, journal.persistedInStorage(BILL_KEY));
  }

  private Bill.GetReply look(ActorRef<Bill.Command> bill) {
    TestProbe<Bill.GetReply> reader = testKit.createTestProbe();
    bill.tell(new Bill.Get(reader.ref()));
    return reader.receiveMessage();
  }

  /** What an entity sends, it sends before it ends; so after its end all of it is there. */
  private void assertLeavesInSilence(ActorRef<?> gone) {
    everybody.expectTerminated(gone);
    everybody.expectNoMessage(Duration.ofMillis(1));
  }
}
