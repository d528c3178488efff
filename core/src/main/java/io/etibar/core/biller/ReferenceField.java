package io.etibar.core.biller;

import java.util.regex.Pattern;

/**
 * A field by which the customer is named in a payment without a bill, such as a meter number.
 *
 * @param name 1 to 30 letters, digits and underscores, beginning with a letter
 */
public record ReferenceField(String name, ReferencePattern pattern, boolean required) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9_]{0,29}");

  public ReferenceField {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "must be 1 to 30 letters, digits and underscores, beginning with a lower-case letter");
    }
  }
}
