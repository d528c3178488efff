package io.etibar.core.biller;

/** By what means the payer pays. */
public enum Channel {
  CARD,
  ACCOUNT,
  CASH,
  TERMINAL
}
