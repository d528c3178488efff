package io.etibar.core.payment;

import akka.actor.typed.ActorRef;
import akka.actor.typed.RecipientRef;
import io.etibar.core.Decision;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillId;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BudgetCode;
import io.etibar.core.biller.Status;
import io.etibar.core.biller.Terms;
import io.etibar.core.money.Money;
import io.etibar.core.payment.Payment.BillAnswered;
import io.etibar.core.payment.Payment.Command;
import io.etibar.core.payment.Payment.Event;
import io.etibar.core.payment.Payment.GiveBack;
import io.etibar.core.payment.Payment.PaymentAborted;
import io.etibar.core.payment.Payment.PaymentCommitted;
import io.etibar.core.payment.Payment.PaymentRejected;
import io.etibar.core.payment.Payment.PaymentReturned;
import io.etibar.core.payment.Payment.Receipt;
import io.etibar.core.payment.Payment.Reconcile;
import io.etibar.core.payment.Payment.Refused;
import io.etibar.core.payment.Payment.Return;
import io.etibar.core.payment.Payment.Submit;
import io.etibar.core.payment.Payment.SubmitReply;
import io.etibar.core.payment.PaymentState.Aborted;
import io.etibar.core.payment.PaymentState.Committed;
import io.etibar.core.payment.PaymentState.Rejected;
import io.etibar.core.payment.PaymentState.Unseen;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Payment} decides, together with what it holds in memory alone: the request that
 * waits for its bill. When that is lost, the request is repeated by its client, or given up by
 * {@link Reconcile}.
 */
final class PaymentProcess {

  /** The request that waits for the bill's answer. */
  private record Waiting(
      Instruction instruction,
      BillId bill,
      BudgetCode budget,
      ActorRef<SubmitReply> replyTo,
      Instant since) {}

  private final PaymentId id;
  private final InstantSource clock;
  private final Function<BillId, RecipientRef<Bill.Command>> bills;
  private final Supplier<ActorRef<Bill.ReserveReply>> answerTo;
  private final Duration reservationTimeout;
  private @Nullable Waiting waiting;

  PaymentProcess(
      PaymentId id,
      InstantSource clock,
      Function<BillId, RecipientRef<Bill.Command>> bills,
      Supplier<ActorRef<Bill.ReserveReply>> answerTo,
      Duration reservationTimeout) {
    this.id = id;
    this.clock = clock;
    this.bills = bills;
    this.answerTo = answerTo;
    this.reservationTimeout = reservationTimeout;
  }

  /** What a payment in this state makes of a command now. */
  Decision<Event> decide(PaymentState state, Command command) {
    return switch (command) {
      case Submit c -> submit(state, c);
      case BillAnswered(Bill.Held held) -> held(state, held);
      case BillAnswered(Bill.NotHeld notHeld) -> notHeld(state, notHeld);
      case Payment.Get c -> get(state, c);
      case GiveBack c -> giveBack(state, c);
      case Reconcile c -> reconcile(state, c);
    };
  }

  private Decision<Event> submit(PaymentState state, Submit c) {
    return switch (state) {
      case Unseen() -> begin(c);
      case Committed(var receipt, var returns) ->
          replay(c, receipt.instruction(), new Payment.Committed(receipt, true));
      case Rejected(var instruction, var refusal) ->
          replay(c, instruction, new Refused(refusal, true));
      case Aborted(var bill, var participant) ->
          Decision.<Event, SubmitReply>reply(c.replyTo(), refused(Rejection.PAYMENT_ABORTED, true))
              .andEnd();
    };
  }

  private static Decision<Event> replay(Submit c, Instruction first, SubmitReply answer) {
    boolean same = first.equals(c.instruction());
    return Decision.<Event, SubmitReply>reply(
            c.replyTo(), same ? answer : refused(Rejection.IDEMPOTENCY_KEY_REUSED, false))
        .andEnd();
  }

  private Decision<Event> begin(Submit c) {
    if (waiting != null && isFresh(waiting)) {
      boolean same = waiting.instruction().equals(c.instruction());
      Rejection rejection = same ? Rejection.IN_FLIGHT : Rejection.IDEMPOTENCY_KEY_REUSED;
      return Decision.reply(c.replyTo(), refused(rejection, false));
    }
    waiting = null;
    Optional<Refusal> refusal = judge(c);
    if (refusal.isPresent()) {
      return reject(c.instruction(), refusal.get(), c.replyTo());
    }
    BudgetCode budget = Objects.requireNonNull(c.biller()).terms().budget();
    Optional<BillId> bill = c.instruction().billId();
    if (bill.isEmpty()) {
      return commit(c.instruction(), budget, c.replyTo());
    }
    waiting = new Waiting(c.instruction(), bill.get(), budget, c.replyTo(), clock.instant());
    var reserve =
        new Bill.Reserve(
            id.value(), c.instruction().participant(), c.instruction().amount(), answerTo.get());
    return Decision.reply(bills.apply(bill.get()), reserve);
  }

  /** Judges what needs no bill to be judged. */
  private static Optional<Refusal> judge(Submit c) {
    Instruction instruction = c.instruction();
    Money amount = instruction.amount();
    Biller.View biller = c.biller();
    if (biller == null) {
      return Optional.of(Refusal.of(Rejection.BILLER_UNKNOWN, "biller"));
    }
    if (biller.status() == Status.SUSPENDED) {
      return Optional.of(Refusal.of(Rejection.BILLER_SUSPENDED, "biller"));
    }
    Terms terms = biller.terms();
    if (!amount.currency().equals(terms.currency())) {
      return Optional.of(Refusal.of(Rejection.CURRENCY_NOT_ACCEPTED, "amount.currency"));
    }
    if (!terms.channels().contains(instruction.channel())) {
      return Optional.of(Refusal.of(Rejection.CHANNEL_NOT_ACCEPTED, "channel"));
    }
    Money max = c.maxPayment();
    if (max != null && max.currency().equals(amount.currency()) && amount.compareTo(max) > 0) {
      return Optional.of(Refusal.amount(Rejection.AMOUNT_LIMIT, null, max));
    }
    if (instruction.bill() != null) {
      return terms.billReference().matches(instruction.bill().value())
          ? Optional.empty()
          : Optional.of(Refusal.of(Rejection.BILL_UNKNOWN, "bill"));
    }
    return terms.adHoc()
        ? terms.judgeReferences(instruction.references())
        : Optional.of(Refusal.of(Rejection.AD_HOC_NOT_ACCEPTED, "bill"));
  }

  private Decision<Event> held(PaymentState state, Bill.Held held) {
    if (!(state instanceof Unseen)) {
      // Too late: this payment has ended otherwise, unless it is just this bill's news again.
      return isCommittedTo(state, held.bill())
          ? Decision.<Event>nothing().andEnd()
          : release(held.bill());
    }
    Waiting request = waiting;
    if (request == null || !request.bill().equals(held.bill())) {
      // The request is lost. Its client repeats it, or the reconciler gives it up.
      return Decision.nothing();
    }
    waiting = null;
    if (!request.instruction().amount().equals(held.amount())) {
      return Decision.<Event, SubmitReply>reply(
              request.replyTo(), refused(Rejection.IDEMPOTENCY_KEY_REUSED, false))
          .andEnd();
    }
    return commit(request.instruction(), request.budget(), request.replyTo());
  }

  private Decision<Event> notHeld(PaymentState state, Bill.NotHeld notHeld) {
    Waiting request = waiting;
    if (!(state instanceof Unseen) || request == null || !request.bill().equals(notHeld.bill())) {
      return Decision.nothing();
    }
    waiting = null;
    return reject(request.instruction(), notHeld.refusal(), request.replyTo());
  }

  private Decision<Event> commit(
      Instruction instruction, BudgetCode budget, ActorRef<SubmitReply> replyTo) {
    Instant now = clock.instant();
    Decision<Event> decision = Decision.persist(new PaymentCommitted(id, instruction, budget, now));
    // The bill first: who reads it after the answer finds it paid.
    Optional<BillId> bill = instruction.billId();
    if (bill.isPresent()) {
      decision = decision.then(bills.apply(bill.get()), new Bill.Settle(id.value()));
    }
    var receipt = new Receipt(id, instruction, budget, now);
    return decision.then(replyTo, new Payment.Committed(receipt, false)).andEnd();
  }

  private Decision<Event> reject(
      Instruction instruction, Refusal refusal, ActorRef<SubmitReply> replyTo) {
    Decision<Event> decision =
        refusal.rejection().isOutcome()
            ? Decision.persist(new PaymentRejected(id, instruction, refusal, clock.instant()))
            : Decision.nothing();
    return decision.then(replyTo, new Refused(refusal, false)).andEnd();
  }

  private Decision<Event> get(PaymentState state, Payment.Get c) {
    Decision<Event> decision = Decision.reply(c.replyTo(), state.view(id));
    return waiting == null ? decision.andEnd() : decision;
  }

  private Decision<Event> giveBack(PaymentState state, GiveBack c) {
    return switch (state) {
      case Unseen() -> refuse(c, Refusal.of(Rejection.PAYMENT_UNKNOWN));
      case Rejected r -> refuse(c, Refusal.of(Rejection.PAYMENT_NOT_COMMITTED));
      case Aborted a -> refuse(c, Refusal.of(Rejection.PAYMENT_NOT_COMMITTED));
      case Committed committed -> {
        Optional<Return> before = committed.find(c.id());
        if (before.isPresent()) {
          yield replay(c, committed.receipt(), before.get());
        }
        Optional<Refusal> refusal = judge(c, committed);
        yield refusal.isPresent() ? refuse(c, refusal.get()) : give(c, committed.receipt());
      }
    };
  }

  private Decision<Event> replay(GiveBack c, Receipt receipt, Return before) {
    boolean same = before.amount().equals(c.amount()) && before.reason() == c.reason();
    return same
        ? Decision.<Event, Payment.ReturnReply>reply(
                c.replyTo(), new Payment.GivenBack(receipt, before, true))
            .andEnd()
        : refuse(c, Refusal.of(Rejection.IDEMPOTENCY_KEY_REUSED));
  }

  private static Optional<Refusal> judge(GiveBack c, Committed committed) {
    Money paid = committed.receipt().instruction().amount();
    if (!c.amount().currency().equals(paid.currency())) {
      return Optional.of(Refusal.of(Rejection.CURRENCY_NOT_ACCEPTED, "amount.currency"));
    }
    if (c.amount().compareTo(committed.returnable()) > 0) {
      return Optional.of(
          Refusal.amount(Rejection.RETURN_EXCEEDS_PAYMENT, null, committed.returnable()));
    }
    return committed.returns().size() >= Payment.MAX_RETURNS
        ? Optional.of(Refusal.of(Rejection.RETURNS_LIMIT))
        : Optional.empty();
  }

  private Decision<Event> give(GiveBack c, Receipt receipt) {
    Instant now = clock.instant();
    BillId bill = receipt.instruction().billId().orElse(null);
    Decision<Event> decision =
        Decision.persist(
            new PaymentReturned(id, c.id(), c.amount(), c.reason(), c.by(), bill, now));
    if (bill != null) {
      decision = decision.then(bills.apply(bill), applyReturn(c.id(), c.amount()));
    }
    var given = new Return(c.id(), c.amount(), c.reason(), c.by(), now);
    return decision.then(c.replyTo(), new Payment.GivenBack(receipt, given, false)).andEnd();
  }

  private Decision<Event> refuse(GiveBack c, Refusal refusal) {
    Decision<Event> decision = Decision.reply(c.replyTo(), new Refused(refusal, false));
    return waiting == null ? decision.andEnd() : decision;
  }

  private Decision<Event> reconcile(PaymentState state, Reconcile c) {
    return switch (state) {
      case Unseen() when waiting != null && isFresh(waiting) -> Decision.nothing();
      case Unseen() -> abort(c);
      case Committed committed when isCommittedTo(committed, c.bill()) -> tellAgain(committed, c);
      case Committed other -> release(c.bill());
      case Rejected r -> release(c.bill());
      case Aborted a -> release(c.bill());
    };
  }

  private Decision<Event> abort(Reconcile c) {
    Decision<Event> decision =
        Decision.<Event>persist(new PaymentAborted(id, c.bill(), c.participant(), clock.instant()))
            .then(bills.apply(c.bill()), new Bill.Release(id.value()));
    if (waiting != null) {
      decision = decision.then(waiting.replyTo(), refused(Rejection.PAYMENT_ABORTED, false));
      waiting = null;
    }
    return decision.andEnd();
  }

  private Decision<Event> tellAgain(Committed committed, Reconcile c) {
    RecipientRef<Bill.Command> bill = bills.apply(c.bill());
    Decision<Event> decision = Decision.reply(bill, new Bill.Settle(id.value()));
    for (Return given : committed.returns()) {
      decision = decision.then(bill, applyReturn(given.id(), given.amount()));
    }
    return decision.andEnd();
  }

  private Decision<Event> release(BillId bill) {
    return Decision.<Event, Bill.Command>reply(bills.apply(bill), new Bill.Release(id.value()))
        .andEnd();
  }

  private Bill.Command applyReturn(ReturnId returnId, Money amount) {
    return new Bill.ApplyReturn(id.value(), returnId.value(), amount);
  }

  private static boolean isCommittedTo(PaymentState state, BillId bill) {
    return state instanceof Committed(var receipt, var returns)
        && receipt.instruction().billId().filter(bill::equals).isPresent();
  }

  private boolean isFresh(Waiting request) {
    return clock.instant().isBefore(request.since().plus(reservationTimeout));
  }

  private static Refused refused(Rejection rejection, boolean replayed) {
    return new Refused(Refusal.of(rejection), replayed);
  }
}
