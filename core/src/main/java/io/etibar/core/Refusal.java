package io.etibar.core;

import io.etibar.core.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A rejection with what a person needs to understand it.
 *
 * @param field the field of the request that is at fault, as a path such as {@code amount.value}
 * @param min the least amount that would be accepted, where an amount is at fault
 * @param max the greatest amount that would be accepted, where an amount is at fault
 */
public record Refusal(
    Rejection rejection, @Nullable String field, @Nullable Money min, @Nullable Money max) {

  public static Refusal of(Rejection rejection) {
    return new Refusal(rejection, null, null, null);
  }

  public static Refusal of(Rejection rejection, String field) {
    return new Refusal(rejection, field, null, null);
  }

  /** A refusal because of the amount, with what would have been accepted. */
  public static Refusal amount(Rejection rejection, @Nullable Money min, @Nullable Money max) {
    return new Refusal(rejection, "amount.value", min, max);
  }
}
