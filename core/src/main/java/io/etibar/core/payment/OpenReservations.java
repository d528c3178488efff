package io.etibar.core.payment;

import io.etibar.core.bill.BillId;
import io.etibar.core.participant.ParticipantId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What bills wait to hear of their payments: reservations that are neither settled nor released,
 * and returns that the bill has not taken note of. Follows the log.
 */
public interface OpenReservations {

  /**
   * @param participant who asked for the payment
   */
  record Open(BillId bill, PaymentId payment, ParticipantId participant) {}

  /** The oldest of those that are open since before this instant. */
  CompletionStage<List<Open>> openSince(Instant before, int limit);
}
