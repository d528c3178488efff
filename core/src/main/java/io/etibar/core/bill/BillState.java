package io.etibar.core.bill;

import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.Bill.BillChanged;
import io.etibar.core.bill.Bill.BillPublished;
import io.etibar.core.bill.Bill.BillWithdrawn;
import io.etibar.core.bill.Bill.Event;
import io.etibar.core.bill.Bill.Released;
import io.etibar.core.bill.Bill.Reserved;
import io.etibar.core.bill.Bill.Returned;
import io.etibar.core.bill.Bill.Settled;
import io.etibar.core.bill.Bill.Status;
import io.etibar.core.money.Money;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The states of a {@link Bill}, and what each of its events makes of them. */
public sealed interface BillState {

  /** Not published yet. */
  record Unpublished() implements BillState {}

  /**
   * Published; partially paid, paid or expired by what was collected and by the clock.
   *
   * @param collected what settled payments brought, less what was returned
   * @param reservations open ones: payment id → amount
   * @param payments settled ones: payment id → amount
   * @param returns ids of the returns that are applied
   */
  record Published(
      BillContent content,
      Money collected,
      Map<String, Money> reservations,
      Map<String, Money> payments,
      Set<String> returns)
      implements BillState {

    static Published of(BillContent content) {
      return new Published(
          content, Money.zero(content.amount().currency()), Map.of(), Map.of(), Set.of());
    }

    /** What is still to be paid, reserved or not. */
    public Money due() {
      return content.amount().minusUpToZero(collected);
    }

    /** What open reservations hold. */
    public Money reserved() {
      return reservations.values().stream().reduce(Money.zero(collected.currency()), Money::plus);
    }

    boolean isTouched() {
      return !collected.isZero() || !reservations.isEmpty();
    }

    @Nullable Money amountOf(String payment) {
      Money held = reservations.get(payment);
      return held != null ? held : payments.get(payment);
    }

    boolean isExpired(Instant now) {
      return !now.isBefore(content.payableUntil());
    }

    /** Why no payment at all is accepted, or nothing. */
    private Optional<Rejection> closed(Instant now) {
      if (due().isZero()) {
        return Optional.of(Rejection.BILL_PAID);
      }
      if (isExpired(now)) {
        return Optional.of(Rejection.BILL_EXPIRED);
      }
      return reservations.size() + payments.size() >= Bill.MAX_PAYMENTS
          ? Optional.of(Rejection.BILL_PAYMENTS_LIMIT)
          : Optional.empty();
    }

    /** Why a new payment of this amount is refused, or nothing. */
    Optional<Refusal> judge(Money amount, Instant now) {
      if (!amount.currency().equals(content.amount().currency())) {
        return Optional.of(Refusal.of(Rejection.CURRENCY_NOT_ACCEPTED, "amount.currency"));
      }
      Optional<Refusal> closed = closed(now).map(Refusal::of);
      return closed.isPresent() ? closed : content.rule().judge(amount, due(), reserved());
    }

    Bill.View viewOf(BillId id, Instant now) {
      Status status;
      if (due().isZero()) {
        status = Status.PAID;
      } else if (isExpired(now)) {
        status = Status.EXPIRED;
      } else {
        status = collected.isZero() ? Status.PUBLISHED : Status.PARTIALLY_PAID;
      }
      Money free = due().minusUpToZero(reserved());
      boolean payable =
          closed(now).isEmpty()
              && !free.isZero()
              && (content.rule().acceptsPartial() || reservations.isEmpty());
      return new Bill.View(
          id,
          content,
          status,
          collected,
          reserved(),
          due(),
          payable ? content.rule().least(free) : null,
          payable ? content.rule().greatest(free) : null);
    }
  }

  /** Withdrawn by its biller; what was collected before stays collected. */
  record Withdrawn(Published last) implements BillState {
    Bill.View viewOf(BillId id, Instant now) {
      Bill.View view = last.viewOf(id, now);
      return new Bill.View(
          id,
          view.content(),
          Status.WITHDRAWN,
          view.collected(),
          view.reserved(),
          view.due(),
          null,
          null);
    }
  }

  /** The bill at this instant, or nothing while it is not published. */
  default Optional<Bill.View> view(BillId id, Instant now) {
    return switch (this) {
      case Unpublished() -> Optional.empty();
      case Published p -> Optional.of(p.viewOf(id, now));
      case Withdrawn w -> Optional.of(w.viewOf(id, now));
    };
  }

  /** What is known of the published bill, withdrawn since or not. */
  default Published published() {
    return switch (this) {
      case Unpublished() -> throw new IllegalStateException("the bill is not published");
      case Published p -> p;
      case Withdrawn w -> w.last();
    };
  }

  /** The state after an event. */
  default BillState apply(Event event) {
    return switch (event) {
      case BillPublished e -> Published.of(e.content());
      case BillChanged e -> {
        Published p = published();
        // Nothing is collected while it can be changed; its currency may be another from now on.
        yield new Published(
            e.content(),
            Money.zero(e.content().amount().currency()),
            p.reservations(),
            p.payments(),
            p.returns());
      }
      case BillWithdrawn e -> new Withdrawn(published());
      case Reserved e -> keep(with(e.payment(), e.amount()));
      case Settled e -> keep(settled(e.payment()));
      case Released e -> keep(with(e.payment(), null));
      case Returned e -> keep(returned(e));
    };
  }

  /**
   * Late news of a withdrawn bill's payments changes what was collected, not that it is withdrawn.
   */
  private BillState keep(Published changed) {
    return this instanceof Withdrawn ? new Withdrawn(changed) : changed;
  }

  private Published with(String payment, @Nullable Money reservation) {
    Published p = published();
    Map<String, Money> reservations = new HashMap<>(p.reservations());
    if (reservation == null) {
      reservations.remove(payment);
    } else {
      reservations.put(payment, reservation);
    }
    return new Published(p.content(), p.collected(), reservations, p.payments(), p.returns());
  }

  private Published settled(String payment) {
    Money amount = published().reservations().get(payment);
    if (amount == null) {
      throw new IllegalStateException("settled without a reservation");
    }
    Published p = with(payment, null);
    Map<String, Money> payments = new HashMap<>(p.payments());
    payments.put(payment, amount);
    return new Published(
        p.content(), p.collected().plus(amount), p.reservations(), payments, p.returns());
  }

  private Published returned(Returned e) {
    Published p = published();
    Set<String> returns = new HashSet<>(p.returns());
    returns.add(e.returnId());
    return new Published(
        p.content(), p.collected().minus(e.amount()), p.reservations(), p.payments(), returns);
  }
}
