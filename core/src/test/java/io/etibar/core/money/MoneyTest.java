package io.etibar.core.money;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Currency;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
  private static final Currency AZN = Currency.getInstance("AZN");
  private static final Currency JPY = Currency.getInstance("JPY");
  private static final Currency KWD = Currency.getInstance("KWD");

  @ParameterizedTest
  @CsvSource({
    "12.50,           AZN, 1250,           12.50",
    "12.5,            AZN, 1250,           12.50",
    "12,              AZN, 1200,           12.00",
    "0,               AZN, 0,              0.00",
    "0.0,             AZN, 0,              0.00",
    "0.01,            AZN, 1,              0.01",
    "0.10,            AZN, 10,             0.10",
    "999999999999.99, AZN, 99999999999999, 999999999999.99",
    "12,              JPY, 12,             12",
    "0,               JPY, 0,              0",
    "99999999999999,  JPY, 99999999999999, 99999999999999",
    "1.234,           KWD, 1234,           1.234",
    "1.2,             KWD, 1200,           1.200",
    "0.001,           KWD, 1,              0.001",
    "99999999999.999, KWD, 99999999999999, 99999999999.999",
  })
  void aDecimalIsReadToTheMinorUnit(String text, String currency, long minor, String value) {
    Money money = Money.parse(text, Currency.getInstance(currency));
    assertEquals(new Money(minor, Currency.getInstance(currency)), money);
    assertEquals(value, money.value());
    assertEquals(value + " " + currency, money.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-1",
        "-0.01",
        "+1",
        "1e3",
        "1E3",
        "1.5e1",
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "1,50",
        "1 000",
        "1_000",
        "1'000",
        " 1",
        "1 ",
        "1.",
        ".5",
        ".",
        "1..2",
        "1.2.3",
        "01",
        "00",
        "00.50",
        "0x10",
        "1.00000",
        "١٢",
        "１２",
        "12\n",
        "\n12",
        "12\0",
        "12 AZN",
        "null",
        "1\u00a0",
        "one",
        "1/2",
        "$1"
      })
  void whatIsNoDecimalIsRefused(String text) {
    assertRefused("is not a decimal such as 12.50", text, AZN);
  }

  @ParameterizedTest
  @CsvSource({
    "1.234,             AZN, has more decimals than AZN has (2)",
    "1.000,             AZN, has more decimals than AZN has (2)",
    "1.2345,            KWD, has more decimals than KWD has (3)",
    "1.0,               JPY, has more decimals than JPY has (0)",
    "1000000000000,     AZN, is too large",
    "1000000000000.00,  AZN, is too large",
    "99999999999999.99, AZN, is too large",
    "100000000000.000,  KWD, is too large",
    "100000000000000,   JPY, is not a decimal such as 12.50",
    "000000000000000000001,  AZN, is too long",
    "1.00000000000000000000, AZN, is too long",
    "999999999999999999999999999999, AZN, is too long",
  })
  void whatNoAmountCanBeIsRefused(String text, String currency, String reason) {
    assertRefused(reason, text, Currency.getInstance(currency));
  }

  /** What a client sent does not come back in an error, nor can it make the reading slow. */
  @Test
  void anEndlessNumberIsRefusedUnread() {
    assertRefused("is too long", "9".repeat(1_000_000), AZN);
  }

  private static void assertRefused(String reason, String text, Currency currency) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> Money.parse(text, currency), text);
    assertEquals(reason, refused.getMessage());
  }

  @Test
  void noMoneyIsNegativeOrOfNoMinorUnit() {
    assertThrows(IllegalArgumentException.class, () -> new Money(-1, AZN));
    assertThrows(IllegalArgumentException.class, () -> new Money(1, Currency.getInstance("XAU")));
    assertThrows(
        IllegalArgumentException.class, () -> Money.parse("1", Currency.getInstance("XXX")));
  }

  @Test
  void sumsAreExactOrFail() {
    assertEquals(azn(3), azn(1).plus(azn(2)));
    assertEquals(azn(Long.MAX_VALUE), azn(Long.MAX_VALUE - 1).plus(azn(1)));
    assertThrows(ArithmeticException.class, () -> azn(Long.MAX_VALUE).plus(azn(1)));
    // A thousand payments of the greatest amount, as one bill can have, are within range.
    assertEquals(
        Math.multiplyExact(1_000L, Money.MAX_MINOR),
        java.util.stream.Stream.generate(() -> azn(Money.MAX_MINOR))
            .limit(1_000)
            .reduce(Money.zero(AZN), Money::plus)
            .minor());
  }

  @Test
  void differencesAreNeverNegative() {
    assertEquals(azn(0), azn(2).minus(azn(2)));
    assertThrows(IllegalArgumentException.class, () -> azn(1).minus(azn(2)));
    assertEquals(azn(1), azn(3).minusUpToZero(azn(2)));
    assertEquals(azn(0), azn(2).minusUpToZero(azn(2)));
    assertEquals(azn(0), azn(2).minusUpToZero(azn(Long.MAX_VALUE)));
  }

  @Test
  void twoCurrenciesAreNeverMixed() {
    Money yen = new Money(1, JPY);
    assertThrows(IllegalArgumentException.class, () -> azn(1).plus(yen));
    assertThrows(IllegalArgumentException.class, () -> azn(1).minus(yen));
    assertThrows(IllegalArgumentException.class, () -> azn(1).minusUpToZero(yen));
    assertThrows(IllegalArgumentException.class, () -> azn(1).compareTo(yen));
    assertFalse(azn(1).equals(yen));
  }

  @Test
  void onlyNothingIsZero() {
    assertTrue(Money.zero(KWD).isZero());
    assertFalse(new Money(1, KWD).isZero());
  }

  @Property(seed = "1")
  void whatIsWrittenIsReadBack(
      @ForAll @LongRange(max = Money.MAX_MINOR) long minor,
      @ForAll("currencies") Currency currency) {
    Money money = new Money(minor, currency);
    assertEquals(money, Money.parse(money.value(), currency));
  }

  @Property(seed = "2")
  void readingNeverFailsOtherwise(@ForAll String text, @ForAll("currencies") Currency currency) {
    try {
      assertTrue(Money.parse(text, currency).minor() <= Money.MAX_MINOR);
    } catch (IllegalArgumentException e) {
      assertFalse(e instanceof NumberFormatException, "our own reason");
    }
  }

  @Property(seed = "3")
  void whatIsAddedCanBeTakenAway(
      @ForAll @LongRange(max = Money.MAX_MINOR) long a,
      @ForAll @LongRange(max = Money.MAX_MINOR) long b) {
    assertEquals(azn(a), azn(a).plus(azn(b)).minus(azn(b)));
    assertEquals(Long.signum(a - b), Integer.signum(azn(a).compareTo(azn(b))));
    assertEquals(Math.max(0, a - b), azn(a).minusUpToZero(azn(b)).minor());
  }

  @Provide
  Arbitrary<Currency> currencies() {
    return Arbitraries.of(List.of(AZN, JPY, KWD, Currency.getInstance("CLF")));
  }

  private static Money azn(long minor) {
    return new Money(minor, AZN);
  }
}
