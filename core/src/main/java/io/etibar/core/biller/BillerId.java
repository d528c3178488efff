package io.etibar.core.biller;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Names a biller: lower-case letters, digits and inner hyphens, at most 40 characters. */
public record BillerId(@JsonValue String value) implements Comparable<BillerId> {
  private static final Pattern FORM = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?");

  /**
   * @throws IllegalArgumentException if the value has another form
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public BillerId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "must be 1 to 40 lower-case letters, digits and inner hyphens");
    }
  }

  @Override
  public int compareTo(BillerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
