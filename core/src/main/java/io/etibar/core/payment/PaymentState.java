package io.etibar.core.payment;

import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.BillId;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.Payment.Event;
import io.etibar.core.payment.Payment.Found;
import io.etibar.core.payment.Payment.GetReply;
import io.etibar.core.payment.Payment.PaymentAborted;
import io.etibar.core.payment.Payment.PaymentCommitted;
import io.etibar.core.payment.Payment.PaymentRejected;
import io.etibar.core.payment.Payment.PaymentReturned;
import io.etibar.core.payment.Payment.Receipt;
import io.etibar.core.payment.Payment.Refused;
import io.etibar.core.payment.Payment.Return;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stored states of a {@link Payment}, and what each of its events makes of them. */
public sealed interface PaymentState {

  /** Never asked for, or asked for and not decided. */
  record Unseen() implements PaymentState {}

  /** Money was collected; some of it may have been returned since. */
  record Committed(Receipt receipt, List<Return> returns) implements PaymentState {
    Money returned() {
      return returns.stream()
          .map(Return::amount)
          .reduce(Money.zero(receipt.instruction().amount().currency()), Money::plus);
    }

    Money returnable() {
      return receipt.instruction().amount().minus(returned());
    }

    Optional<Return> find(ReturnId id) {
      return returns.stream().filter(given -> given.id().equals(id)).findFirst();
    }
  }

  /** Refused for good. */
  record Rejected(Instruction instruction, Refusal refusal) implements PaymentState {}

  /** Given up for good. */
  record Aborted(BillId bill, ParticipantId participant) implements PaymentState {}

  /** What an owner may see of it. */
  default GetReply view(PaymentId id) {
    return switch (this) {
      case Unseen() -> new Refused(Refusal.of(Rejection.PAYMENT_UNKNOWN), false);
      case Committed(var receipt, var returns) ->
          new Found(
              id,
              receipt.instruction().participant(),
              receipt.instruction(),
              receipt,
              null,
              returns);
      case Rejected(var instruction, var refusal) ->
          new Found(id, instruction.participant(), instruction, null, refusal, List.of());
      case Aborted(var bill, var participant) ->
          new Found(id, participant, null, null, Refusal.of(Rejection.PAYMENT_ABORTED), List.of());
    };
  }

  /** The state after an event. */
  default PaymentState apply(Event event) {
    return switch (event) {
      case PaymentCommitted e ->
          new Committed(new Receipt(e.payment(), e.instruction(), e.budget(), e.at()), List.of());
      case PaymentRejected e -> new Rejected(e.instruction(), e.refusal());
      case PaymentAborted e -> new Aborted(e.bill(), e.participant());
      case PaymentReturned e -> {
        if (!(this instanceof Committed(var receipt, var before))) {
          throw new IllegalStateException("a payment that was not committed was returned");
        }
        List<Return> returns = new ArrayList<>(before);
        returns.add(new Return(e.returnId(), e.amount(), e.reason(), e.by(), e.at()));
        yield new Committed(receipt, List.copyOf(returns));
      }
    };
  }
}
