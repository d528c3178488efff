package io.etibar.core.payment;

import io.etibar.core.bill.BillId;
import io.etibar.core.bill.BillReference;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.Channel;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a participant asks for: the same instruction with the same key is the same payment. One
 * amount goes from the participant to the biller, so debit equals credit by construction.
 *
 * @param bill the bill's reference, or null for a payment without a bill
 * @param references who pays for what, where there is no bill; empty otherwise
 */
public record Instruction(
    ParticipantId participant,
    BillerId biller,
    @Nullable BillReference bill,
    @Nullable Map<String, String> references,
    Money amount,
    Channel channel) {

  public Instruction {
    // Sorted, so that neither an event nor an answer ever varies.
    references =
        references == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(references));
    if (amount.isZero()) {
      throw new IllegalArgumentException("a payment of nothing");
    }
  }

  /** The bill that is paid, where there is one. */
  Optional<BillId> billId() {
    return Optional.ofNullable(bill).map(reference -> new BillId(biller, reference));
  }
}
