package io.etibar.core.biller;

import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.money.Money;
import java.util.Optional;

/** Which amounts are accepted against a bill, relative to what is still due. */
public enum AmountRule {
  /** All that is due, at once. */
  EXACT(false, false),
  /** All that is due or a part of it. */
  UP_TO(true, false),
  /** All that is due or more. */
  AT_LEAST(false, true),
  /** Any amount, as long as something is due. */
  ANY(true, true);

  private final boolean partial;
  private final boolean over;

  AmountRule(boolean partial, boolean over) {
    this.partial = partial;
    this.over = over;
  }

  /** Whether less than what is due is accepted. */
  public boolean acceptsPartial() {
    return partial;
  }

  /** Whether more than what is due is accepted. */
  public boolean acceptsOver() {
    return over;
  }

  /** The least amount that is accepted while {@code due} is open. */
  public Money least(Money due) {
    return partial ? new Money(1, due.currency()) : due;
  }

  /** The greatest amount that is accepted while {@code due} is open. */
  public Money greatest(Money due) {
    return over ? new Money(Money.MAX_MINOR, due.currency()) : due;
  }

  /**
   * Judges an amount against a bill.
   *
   * @param due what is not collected yet, reserved or not; more than zero
   * @param reserved what open reservations hold
   * @return why the amount is refused; passing where only a reservation stands in its way
   */
  public Optional<Refusal> judge(Money amount, Money due, Money reserved) {
    Money least = least(due);
    Money greatest = greatest(due);
    if (amount.compareTo(least) < 0 || amount.compareTo(greatest) > 0) {
      return Optional.of(Refusal.amount(Rejection.AMOUNT_RULE, least, greatest));
    }
    Money free = due.minusUpToZero(reserved);
    boolean taken = free.isZero() || (!partial && !reserved.isZero());
    if (taken || (!over && amount.compareTo(free) > 0)) {
      return Optional.of(Refusal.of(Rejection.BILL_RESERVED));
    }
    return Optional.empty();
  }
}
