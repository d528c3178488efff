package io.etibar.core.payment;

import java.util.regex.Pattern;

/**
 * What a client names its request with, so that repeating it is safe (IETF draft
 * httpapi-idempotency-key-header): 1 to 255 printable ASCII characters.
 */
public record IdempotencyKey(String value) {
  private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

  /**
   * @throws IllegalArgumentException if the value has another form
   */
  public IdempotencyKey {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("must be 1 to 255 printable ASCII characters");
    }
  }
}
