package io.etibar.core.money;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Currency;
import java.util.regex.Pattern;

/**
 * An amount of money.
 *
 * @param minor the amount in minor units of the currency (qəpik, cent); may be zero, never negative
 * @param currency an ISO 4217 currency with minor units
 */
public record Money(long minor, Currency currency) implements Comparable<Money> {

  /**
   * The greatest amount of one bill or payment, in minor units: 999,999,999,999.99 of a currency
   * with two decimals. Sums may be greater.
   */
  public static final long MAX_MINOR = 99_999_999_999_999L;

  private static final Pattern DECIMAL =
      Pattern.compile("(0|[1-9][0-9]{0,13})(?:\\.([0-9]{1,4}))?");

  public Money {
    if (minor < 0) {
      throw new IllegalArgumentException("a negative amount");
    }
    if (currency.getDefaultFractionDigits() < 0) {
      throw new IllegalArgumentException("currency without minor units");
    }
  }

  /**
   * Reads a decimal such as {@code 12.50}: no sign, no exponent, no leading zeros, at most as many
   * decimals as the currency has.
   *
   * @throws IllegalArgumentException with a reason that names no part of the input
   */
  public static Money parse(String value, Currency currency) {
    if (value.length() > 20) {
      throw new IllegalArgumentException("is too long");
    }
    var matcher = DECIMAL.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("is not a decimal such as 12.50");
    }
    int digits = currency.getDefaultFractionDigits();
    String fraction = matcher.group(2) == null ? "" : matcher.group(2);
    if (fraction.length() > digits) {
      throw new IllegalArgumentException(
          "has more decimals than " + currency.getCurrencyCode() + " has (" + digits + ")");
    }
    long minor =
        Long.parseLong(matcher.group(1) + fraction + "0".repeat(digits - fraction.length()));
    if (minor > MAX_MINOR) {
      throw new IllegalArgumentException("is too large");
    }
    return new Money(minor, currency);
  }

  public static Money zero(Currency currency) {
    return new Money(0, currency);
  }

  /** The decimal form, with all decimals of the currency. */
  public String value() {
    int digits = currency.getDefaultFractionDigits();
    if (digits == 0) {
      return Long.toString(minor);
    }
    String text = Long.toString(minor);
    if (text.length() <= digits) {
      text = "0".repeat(digits - text.length() + 1) + text;
    }
    return text.substring(0, text.length() - digits) + "." + text.substring(text.length() - digits);
  }

  /**
   * The sum.
   *
   * @throws IllegalArgumentException if the currencies differ
   * @throws ArithmeticException if the sum is out of range
   */
  public Money plus(Money other) {
    return new Money(Math.addExact(minor, sameCurrency(other).minor), currency);
  }

  /**
   * The difference.
   *
   * @throws IllegalArgumentException if the currencies differ or the difference is negative
   */
  public Money minus(Money other) {
    return new Money(Math.subtractExact(minor, sameCurrency(other).minor), currency);
  }

  /** What remains after {@code other}, zero where it is more than this. */
  public Money minusUpToZero(Money other) {
    return compareTo(other) <= 0 ? zero(currency) : minus(other);
  }

  @JsonIgnore
  public boolean isZero() {
    return minor == 0;
  }

  @Override
  public int compareTo(Money other) {
    return Long.compare(minor, sameCurrency(other).minor);
  }

  @Override
  public String toString() {
    return value() + " " + currency.getCurrencyCode();
  }

  private Money sameCurrency(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException("amounts of two currencies");
    }
    return other;
  }
}
