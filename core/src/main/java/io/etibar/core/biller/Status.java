package io.etibar.core.biller;

/** Whether a biller may be paid. */
public enum Status {
  ACTIVE,
  SUSPENDED
}
