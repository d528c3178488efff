package io.etibar.core.biller;

/**
 * The form of a customer reference. A kind and a length rather than a regular expression: anyone
 * can check it in any language, and no input can make it slow.
 *
 * @param minLength from 1
 * @param maxLength up to 35, the length of an ISO 20022 Max35Text
 */
public record ReferencePattern(Kind kind, int minLength, int maxLength) {

  /** Which characters are allowed. */
  public enum Kind {
    DIGITS,
    /** A–Z and 0–9. */
    ALPHANUMERIC
  }

  public ReferencePattern {
    if (minLength < 1 || maxLength > 35 || minLength > maxLength) {
      throw new IllegalArgumentException("lengths must be 1 to 35, the least first");
    }
  }

  public boolean matches(String value) {
    if (value.length() < minLength || value.length() > maxLength) {
      return false;
    }
    return value
        .chars()
        .allMatch(
            c ->
                switch (kind) {
                  case DIGITS -> c >= '0' && c <= '9';
                  case ALPHANUMERIC -> (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                });
  }
}
