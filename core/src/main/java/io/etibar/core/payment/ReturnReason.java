package io.etibar.core.payment;

/** Why a biller returns money. */
public enum ReturnReason {
  CUSTOMER_REQUEST("CUST"),
  DUPLICATE("DUPL"),
  WRONG_AMOUNT("AM09"),
  OTHER("NARR");

  private final String isoCode;

  ReturnReason(String isoCode) {
    this.isoCode = isoCode;
  }

  /** The reason code of an ISO 20022 payment return (pacs.004). */
  public String isoCode() {
    return isoCode;
  }
}
