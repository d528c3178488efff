package io.etibar.core.bill;

import io.etibar.core.biller.BillerId;

/** A bill: its biller and the biller's reference. */
public record BillId(BillerId biller, BillReference reference) {

  /**
   * Reads what {@link #entityId} gives.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static BillId fromEntityId(String entityId) {
    int colon = entityId.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("is not the id of a bill");
    }
    return new BillId(
        new BillerId(entityId.substring(0, colon)),
        new BillReference(entityId.substring(colon + 1)));
  }

  /** The key of the sharded entity. No biller id holds a colon. */
  public String entityId() {
    return biller.value() + ":" + reference.value();
  }

  /** Whose key seals the bill's personal data. */
  public String subject() {
    return "bill/" + biller.value() + "/" + reference.value();
  }
}
