package io.etibar.core.participant;

/** Whether a participant may act. */
public enum Status {
  ACTIVE,
  SUSPENDED
}
