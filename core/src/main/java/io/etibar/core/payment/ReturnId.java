package io.etibar.core.payment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Names a return of a payment, derived from the payment and the biller's key. */
public record ReturnId(@JsonValue String value) {
  private static final Pattern FORM = Pattern.compile("ret_[0-9a-hjkmnp-tv-z]{26}");

  /**
   * @throws IllegalArgumentException if the value has another form
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ReturnId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("is not the id of a return");
    }
  }

  /** The return of this payment that is asked for with this key. */
  public static ReturnId of(PaymentId payment, IdempotencyKey key) {
    return new ReturnId("ret_" + DerivedId.of(payment.value(), key.value()));
  }

  @Override
  public String toString() {
    return value;
  }
}
