package io.etibar.core.payment;

import io.etibar.core.Page;
import io.etibar.core.biller.BillerId;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The committed payments, in the order of their commitment. Follows the log by some milliseconds.
 */
public interface PaymentHistory {

  /** Whose payments are listed. */
  sealed interface Owner {}

  /** Payments that this participant made. */
  record MadeBy(ParticipantId participant) implements Owner {}

  /** Payments to any of these billers. */
  record PaidTo(Set<BillerId> billers) implements Owner {}

  /**
   * @param from the earliest commitment, inclusive, or null
   * @param to the latest commitment, exclusive, or null
   * @param after what a page gave as its {@code next}, or null for the first page
   */
  record Query(
      Owner owner,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String after,
      int limit) {}

  /**
   * @param returned the sum of what was given back since
   */
  record Entry(Payment.Receipt receipt, Money returned) {}

  /**
   * One page.
   *
   * @return fails with {@link IllegalArgumentException} where {@code after} is not a cursor of ours
   */
  CompletionStage<Page<Entry>> page(Query query);
}
