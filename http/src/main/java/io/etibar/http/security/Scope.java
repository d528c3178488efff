package io.etibar.http.security;

import java.util.Optional;

/** What an access token allows (RFC 6749 §3.3). */
public enum Scope {
  PAYMENTS_WRITE("payments:write"),
  BILLS_WRITE("bills:write"),
  OPERATIONS("operations");

  private final String value;

  Scope(String value) {
    this.value = value;
  }

  /** As tokens and requests write it. */
  public String value() {
    return value;
  }

  /** The scope that is written so. */
  public static Optional<Scope> of(String value) {
    for (Scope scope : values()) {
      if (scope.value.equals(value)) {
        return Optional.of(scope);
      }
    }
    return Optional.empty();
  }
}
