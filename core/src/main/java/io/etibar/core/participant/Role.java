package io.etibar.core.participant;

/** What a participant is, and so what it may ask for. */
public enum Role {
  /** Collects payments from its customers, over its own channels. */
  BANK("payments:write"),
  /** Collects payments for a bank, such as an operator of terminals. */
  CHANNEL("payments:write"),
  /** Owns billers: a budget agency or a utility. */
  AGENCY("bills:write"),
  /** Runs the platform. */
  OPERATOR("operations");

  private final String scope;

  Role(String scope) {
    this.scope = scope;
  }

  /** The scope (RFC 6749 §3.3) that a participant of this role may be granted. */
  public String scope() {
    return scope;
  }
}
