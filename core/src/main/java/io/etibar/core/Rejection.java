package io.etibar.core;

/**
 * Every way in which a well-formed request can be refused. The edge maps each of them to one
 * problem document; entities and streams only name them.
 */
public enum Rejection {
  PARTICIPANT_UNKNOWN,
  BILLER_UNKNOWN,
  BILLER_SUSPENDED,
  BILL_UNKNOWN,
  BILL_PAID,
  BILL_WITHDRAWN,
  BILL_EXPIRED,
  /** The bill has payments or reservations, and so its content cannot change. */
  BILL_LOCKED,
  /** What the amount rule leaves open is reserved by a payment that is being made. */
  BILL_RESERVED(true),
  /** The bill has as many payments as one bill may have. */
  BILL_PAYMENTS_LIMIT,
  AMOUNT_RULE,
  /** Above what the participant may pay at once. */
  AMOUNT_LIMIT,
  CURRENCY_NOT_ACCEPTED,
  CHANNEL_NOT_ACCEPTED,
  AD_HOC_NOT_ACCEPTED,
  REFERENCE_INVALID,
  /** Another request was made with the same key. */
  IDEMPOTENCY_KEY_REUSED,
  /** The first request with this key has no answer yet. */
  IN_FLIGHT(true),
  PAYMENT_UNKNOWN,
  /** The payment did not complete in time and was given up for good; nothing was collected. */
  PAYMENT_ABORTED,
  PAYMENT_NOT_COMMITTED,
  /** ISO 20022 AM09: the returns would exceed the amount of the payment. */
  RETURN_EXCEEDS_PAYMENT,
  /** The payment has as many returns as one payment may have. */
  RETURNS_LIMIT;

  private final boolean passing;

  Rejection() {
    this(false);
  }

  Rejection(boolean passing) {
    this.passing = passing;
  }

  /** Whether the same request may succeed a moment later. */
  public boolean isPassing() {
    return passing;
  }

  /**
   * Whether a payment that is refused so has thereby ended: the refusal is stored, and repeated for
   * the same key for ever.
   */
  public boolean isOutcome() {
    return !passing && this != IDEMPOTENCY_KEY_REUSED;
  }
}
