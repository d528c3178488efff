package io.etibar.core.bill;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A biller's own name for a bill: 1 to 35 letters, digits and inner hyphens, as on the paper. */
public record BillReference(@JsonValue String value) implements Comparable<BillReference> {
  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,33}[A-Za-z0-9])?");

  /**
   * @throws IllegalArgumentException if the value has another form
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public BillReference {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("must be 1 to 35 letters, digits and inner hyphens");
    }
  }

  @Override
  public int compareTo(BillReference other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
