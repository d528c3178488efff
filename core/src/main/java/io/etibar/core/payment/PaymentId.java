package io.etibar.core.payment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.etibar.core.participant.ParticipantId;
import java.util.regex.Pattern;

/**
 * Names a payment: {@code pay_} and 26 characters of Crockford's base 32. It is derived from who
 * asked and with which key, so that a retry finds the same payment on any node, for ever.
 */
public record PaymentId(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("pay_[0-9a-hjkmnp-tv-z]{26}");

  /**
   * @throws IllegalArgumentException if the value has another form
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public PaymentId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("is not the id of a payment");
    }
  }

  /** The payment that this participant asks for with this key. */
  public static PaymentId of(ParticipantId participant, IdempotencyKey key) {
    return new PaymentId("pay_" + DerivedId.of(participant.value(), key.value()));
  }

  @Override
  public String toString() {
    return value;
  }
}
