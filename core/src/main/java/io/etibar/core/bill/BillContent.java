package io.etibar.core.bill;

import io.etibar.core.biller.AmountRule;
import io.etibar.core.money.Money;
import io.etibar.core.privacy.Sealed;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a biller publishes.
 *
 * @param amount more than zero
 * @param due the day by which it should be paid
 * @param payableUntil the instant from which on it is expired
 * @param rule which amounts are accepted, as the biller's terms were when it published the bill
 * @param details description and payer, sealed; absent where the biller gave neither
 */
public record BillContent(
    Money amount, LocalDate due, Instant payableUntil, AmountRule rule, @Nullable Sealed details) {

  public BillContent {
    if (amount.isZero()) {
      throw new IllegalArgumentException("a bill of nothing");
    }
  }

  /** Whether the biller said the same, on whatever terms. */
  boolean saysTheSameAs(BillContent other) {
    return amount.equals(other.amount)
        && due.equals(other.due)
        && Objects.equals(details, other.details);
  }
}
