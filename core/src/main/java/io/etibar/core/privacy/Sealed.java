package io.etibar.core.privacy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Personal data under its subject's key (AES-256-GCM), as Base64url. The same data of the same
 * subject seals to the same text, so that equality can be judged without opening.
 */
public record Sealed(@JsonValue String value) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Sealed {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("nothing sealed");
    }
  }

  /** Never the text itself: what was sealed does not belong into a log, sealed or not. */
  @Override
  public String toString() {
    return "Sealed";
  }
}
