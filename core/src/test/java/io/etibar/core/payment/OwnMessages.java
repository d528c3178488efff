package io.etibar.core.payment;

import io.etibar.core.bill.Bill;

/** Lets tests of other packages make what only a payment sends to itself. */
public final class OwnMessages {
  private OwnMessages() {}

  public static Payment.Command billAnswered(Bill.ReserveReply reply) {
    return new Payment.BillAnswered(reply);
  }
}
