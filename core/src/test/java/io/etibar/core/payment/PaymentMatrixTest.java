package io.etibar.core.payment;

import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.BILLER;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.OTHER_BILL;
import static io.etibar.core.testing.Samples.PAYMENT;
import static io.etibar.core.testing.Samples.PAY_AD_HOC;
import static io.etibar.core.testing.Samples.PAY_BILL;
import static io.etibar.core.testing.Samples.REFERENCE;
import static io.etibar.core.testing.Samples.RETURN;
import static io.etibar.core.testing.Samples.WATER;
import static io.etibar.core.testing.Samples.azn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import io.etibar.core.Decision;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.Bill;
import io.etibar.core.biller.Channel;
import io.etibar.core.testing.Matrix;
import io.etibar.core.testing.SealedTypes;
import io.etibar.core.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every command in every state of a payment of 12.50 against a bill, or of 7.77 without one. What
 * is stored comes first, then what is sent in this order, then whether the payment has ended.
 */
class PaymentMatrixTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final Matrix MATRIX =
      Matrix.parse(
          """
          in unseen:
            submit                = Reserve at bill
            submit another amount = Reserve at bill
            submit without a bill = PaymentCommitted, Committed, ends
            get                   = Refused PAYMENT_UNKNOWN, ends
            give back             = Refused PAYMENT_UNKNOWN, ends
            give back with its id = Refused PAYMENT_UNKNOWN, ends
            give back all         = Refused PAYMENT_UNKNOWN, ends
            held                  = nothing
            held by another bill  = nothing
            held another amount   = nothing
            not held for good     = nothing
            not held for now      = nothing
            not held by another   = nothing
            reconcile             = PaymentAborted, Release at bill, ends
            reconcile another     = PaymentAborted, Release at other, ends
          in waiting:
            submit                = Refused IN_FLIGHT
            submit another amount = Refused IDEMPOTENCY_KEY_REUSED
            submit without a bill = Refused IDEMPOTENCY_KEY_REUSED
            get                   = Refused PAYMENT_UNKNOWN
            give back             = Refused PAYMENT_UNKNOWN
            give back with its id = Refused PAYMENT_UNKNOWN
            give back all         = Refused PAYMENT_UNKNOWN
            held                  = PaymentCommitted, Settle at bill, Committed, ends
            held by another bill  = nothing
            held another amount   = Refused IDEMPOTENCY_KEY_REUSED, ends
            not held for good     = PaymentRejected, Refused AMOUNT_RULE, ends
            not held for now      = Refused BILL_RESERVED, ends
            not held by another   = nothing
            reconcile             = nothing
            reconcile another     = nothing
          in waited too long:
            submit                = Reserve at bill
            submit another amount = Reserve at bill
            submit without a bill = PaymentCommitted, Committed, ends
            get                   = Refused PAYMENT_UNKNOWN
            give back             = Refused PAYMENT_UNKNOWN
            give back with its id = Refused PAYMENT_UNKNOWN
            give back all         = Refused PAYMENT_UNKNOWN
            held                  = PaymentCommitted, Settle at bill, Committed, ends
            held by another bill  = nothing
            held another amount   = Refused IDEMPOTENCY_KEY_REUSED, ends
            not held for good     = PaymentRejected, Refused AMOUNT_RULE, ends
            not held for now      = Refused BILL_RESERVED, ends
            not held by another   = nothing
            reconcile             = PaymentAborted, Release at bill, Refused PAYMENT_ABORTED, ends
            reconcile another     = PaymentAborted, Release at other, Refused PAYMENT_ABORTED, ends
          in committed:
            submit                = Committed again, ends
            submit another amount = Refused IDEMPOTENCY_KEY_REUSED, ends
            submit without a bill = Refused IDEMPOTENCY_KEY_REUSED, ends
            get                   = Found receipt, ends
            give back             = PaymentReturned, ApplyReturn at bill, GivenBack, ends
            give back with its id = PaymentReturned, ApplyReturn at bill, GivenBack, ends
            give back all         = PaymentReturned, ApplyReturn at bill, GivenBack, ends
            held                  = ends
            held by another bill  = Release at other, ends
            held another amount   = ends
            not held for good     = nothing
            not held for now      = nothing
            not held by another   = nothing
            reconcile             = Settle at bill, ends
            reconcile another     = Release at other, ends
          in committed without a bill:
            submit                = Refused IDEMPOTENCY_KEY_REUSED, ends
            submit another amount = Refused IDEMPOTENCY_KEY_REUSED, ends
            submit without a bill = Committed again, ends
            get                   = Found receipt, ends
            give back             = PaymentReturned, GivenBack, ends
            give back with its id = PaymentReturned, GivenBack, ends
            give back all         = Refused RETURN_EXCEEDS_PAYMENT, ends
            held                  = Release at bill, ends
            held by another bill  = Release at other, ends
            held another amount   = Release at bill, ends
            not held for good     = nothing
            not held for now      = nothing
            not held by another   = nothing
            reconcile             = Release at bill, ends
            reconcile another     = Release at other, ends
          in partly returned:
            submit                = Committed again, ends
            submit another amount = Refused IDEMPOTENCY_KEY_REUSED, ends
            submit without a bill = Refused IDEMPOTENCY_KEY_REUSED, ends
            get                   = Found receipt, ends
            give back             = GivenBack again, ends
            give back with its id = Refused IDEMPOTENCY_KEY_REUSED, ends
            give back all         = Refused RETURN_EXCEEDS_PAYMENT, ends
            held                  = ends
            held by another bill  = Release at other, ends
            held another amount   = ends
            not held for good     = nothing
            not held for now      = nothing
            not held by another   = nothing
            reconcile             = Settle at bill, ApplyReturn at bill, ends
            reconcile another     = Release at other, ends
          in rejected:
            submit                = Refused AMOUNT_RULE again, ends
            submit another amount = Refused IDEMPOTENCY_KEY_REUSED, ends
            submit without a bill = Refused IDEMPOTENCY_KEY_REUSED, ends
            get                   = Found AMOUNT_RULE, ends
            give back             = Refused PAYMENT_NOT_COMMITTED, ends
            give back with its id = Refused PAYMENT_NOT_COMMITTED, ends
            give back all         = Refused PAYMENT_NOT_COMMITTED, ends
            held                  = Release at bill, ends
            held by another bill  = Release at other, ends
            held another amount   = Release at bill, ends
            not held for good     = nothing
            not held for now      = nothing
            not held by another   = nothing
            reconcile             = Release at bill, ends
            reconcile another     = Release at other, ends
          in aborted:
            submit                = Refused PAYMENT_ABORTED again, ends
            submit another amount = Refused PAYMENT_ABORTED again, ends
            submit without a bill = Refused PAYMENT_ABORTED again, ends
            get                   = Found PAYMENT_ABORTED, ends
            give back             = Refused PAYMENT_NOT_COMMITTED, ends
            give back with its id = Refused PAYMENT_NOT_COMMITTED, ends
            give back all         = Refused PAYMENT_NOT_COMMITTED, ends
            held                  = Release at bill, ends
            held by another bill  = Release at other, ends
            held another amount   = Release at bill, ends
            not held for good     = nothing
            not held for now      = nothing
            not held by another   = nothing
            reconcile             = Release at bill, ends
            reconcile another     = Release at other, ends
          """);

  private final SettableClock clock = new SettableClock(NOW);
  private TestInbox<Payment.Reply> client;
  private TestInbox<Bill.Command> bill;
  private TestInbox<Bill.Command> otherBill;
  private PaymentProcess process;
  private PaymentState state;

  @BeforeEach
  void begin() {
    clock.set(NOW);
    client = TestInbox.create("client");
    bill = TestInbox.create("bill");
    otherBill = TestInbox.create("other");
    state = new PaymentState.Unseen();
    TestInbox<Bill.ReserveReply> answers = TestInbox.create();
    process =
        new PaymentProcess(
            PAYMENT,
            clock,
            id -> (id.equals(BILL) ? bill : otherBill).getRef(),
            answers::getRef,
            TIMEOUT);
  }

  private Map<String, Payment.Command> commands() {
    var otherAmount = new Instruction(BANK_A, WATER, REFERENCE, null, azn(1000), Channel.CASH);
    ReturnId another = ReturnId.of(PAYMENT, new IdempotencyKey("return-2"));
    var held = new Bill.Held(BILL, azn(1250));
    var amount = Refusal.amount(Rejection.AMOUNT_RULE, azn(1), azn(1));
    Map<String, Payment.Command> commands = new LinkedHashMap<>();
    commands.put("submit", new Payment.Submit(PAY_BILL, BILLER, null, to()));
    commands.put("submit another amount", new Payment.Submit(otherAmount, BILLER, null, to()));
    commands.put("submit without a bill", new Payment.Submit(PAY_AD_HOC, BILLER, null, to()));
    commands.put("get", new Payment.Get(to()));
    commands.put(
        "give back", new Payment.GiveBack(RETURN, azn(250), ReturnReason.OTHER, AGENCY, to()));
    commands.put(
        "give back with its id",
        new Payment.GiveBack(RETURN, azn(100), ReturnReason.OTHER, AGENCY, to()));
    commands.put(
        "give back all",
        new Payment.GiveBack(another, azn(1250), ReturnReason.DUPLICATE, AGENCY, to()));
    commands.put("held", new Payment.BillAnswered(held));
    commands.put(
        "held by another bill", new Payment.BillAnswered(new Bill.Held(OTHER_BILL, azn(1250))));
    commands.put("held another amount", new Payment.BillAnswered(new Bill.Held(BILL, azn(1000))));
    commands.put("not held for good", new Payment.BillAnswered(new Bill.NotHeld(BILL, amount)));
    commands.put(
        "not held for now",
        new Payment.BillAnswered(new Bill.NotHeld(BILL, Refusal.of(Rejection.BILL_RESERVED))));
    commands.put(
        "not held by another",
        new Payment.BillAnswered(new Bill.NotHeld(OTHER_BILL, Refusal.of(Rejection.BILL_PAID))));
    commands.put("reconcile", new Payment.Reconcile(BILL, BANK_A));
    commands.put("reconcile another", new Payment.Reconcile(OTHER_BILL, BANK_A));
    return commands;
  }

  /** By which commands each state is reached. */
  private static Map<String, List<String>> states() {
    Map<String, List<String>> states = new LinkedHashMap<>();
    states.put("unseen", List.of());
    states.put("waiting", List.of("submit"));
    states.put("waited too long", List.of("submit"));
    states.put("committed", List.of("submit", "held"));
    states.put("committed without a bill", List.of("submit without a bill"));
    states.put("partly returned", List.of("submit", "held", "give back"));
    states.put("rejected", List.of("submit", "not held for good"));
    states.put("aborted", List.of("reconcile"));
    return states;
  }

  @TestFactory
  Stream<DynamicNode> everyCommandInEveryState() {
    return MATRIX.tests(states().keySet(), commands().keySet(), this::outcome);
  }

  @Test
  void noCommandIsLeftOut() {
    assertEquals(
        SealedTypes.recordsOf(Payment.Command.class), SealedTypes.namesOf(commands().values()));
  }

  @Test
  void noStateIsLeftOut() {
    Set<String> reached = new TreeSet<>();
    for (String name : states().keySet()) {
      enter(name);
      reached.add(SealedTypes.nameOf(state.getClass()));
    }
    assertEquals(SealedTypes.recordsOf(PaymentState.class), reached);
  }

  private void enter(String name) {
    begin();
    Objects.requireNonNull(states().get(name)).forEach(this::handle);
    if (name.equals("waited too long")) {
      clock.pass(TIMEOUT);
    }
    client.getAllReceived();
    bill.getAllReceived();
    otherBill.getAllReceived();
  }

  private String outcome(String name, String command) {
    enter(name);
    Decision<Payment.Event> decision = handle(command);
    List<String> parts = new ArrayList<>();
    decision.events().forEach(event -> parts.add(event.getClass().getSimpleName()));
    decision.sends().forEach(send -> parts.add(described(send)));
    if (decision.ended()) {
      parts.add("ends");
    }
    return parts.isEmpty() ? "nothing" : String.join(", ", parts);
  }

  private Decision<Payment.Event> handle(String command) {
    Decision<Payment.Event> decision =
        process.decide(state, Objects.requireNonNull(commands().get(command)));
    for (Payment.Event event : decision.events()) {
      assertEquals(PAYMENT, event.payment());
      state = state.apply(event);
    }
    return decision;
  }

  private String described(Decision.Send<?> send) {
    if (send.message() instanceof Bill.Command command) {
      String to = send.to().equals(bill.getRef()) ? "bill" : "other";
      return command.getClass().getSimpleName() + " at " + to;
    }
    assertEquals(client.getRef(), send.to());
    return switch ((Payment.Reply) send.message()) {
      case Payment.Committed(var receipt, var replayed) -> "Committed" + again(replayed);
      case Payment.Refused(var refusal, var replayed) ->
          "Refused " + refusal.rejection() + again(replayed);
      case Payment.Found found ->
          "Found " + (found.refusal() == null ? "receipt" : found.refusal().rejection());
      case Payment.GivenBack(var receipt, var given, var replayed) -> "GivenBack" + again(replayed);
    };
  }

  private static String again(boolean replayed) {
    return replayed ? " again" : "";
  }

  private <T extends Payment.Reply> ActorRef<T> to() {
    return client.getRef().narrow();
  }
}
