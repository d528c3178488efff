package io.etibar.core.biller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.etibar.core.biller.ReferencePattern.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferencePatternTest {

  @ParameterizedTest
  @CsvSource({
    "DIGITS,       123,      false",
    "DIGITS,       1234,     true",
    "DIGITS,       00000000, true",
    "DIGITS,       123456789, false",
    "DIGITS,       12A4,     false",
    "DIGITS,       12-4,     false",
    "DIGITS,       ' 1234',  false",
    "DIGITS,       '1234\n', false",
    "DIGITS,       '',       false",
    "DIGITS,       ١٢٣٤,     false",
    "DIGITS,       １２３４,   false",
    "ALPHANUMERIC, AZ09,     true",
    "ALPHANUMERIC, ZZZZ,     true",
    "ALPHANUMERIC, az09,     false",
    "ALPHANUMERIC, AZ_9,     false",
    "ALPHANUMERIC, ƏLİF,     false",
    "ALPHANUMERIC, AB@C,     false",
    "ALPHANUMERIC, AB[C,     false",
    "ALPHANUMERIC, AB/C,     false",
    "ALPHANUMERIC, AB:C,     false",
  })
  void aReferenceHasTheKindAndTheLength(Kind kind, String value, boolean matches) {
    assertEquals(matches, new ReferencePattern(kind, 4, 8).matches(value));
  }

  @Test
  void lengthsAreOneToThirtyFive() {
    assertEquals(35, new ReferencePattern(Kind.DIGITS, 1, 35).maxLength());
    assertThrows(IllegalArgumentException.class, () -> new ReferencePattern(Kind.DIGITS, 0, 5));
    assertThrows(IllegalArgumentException.class, () -> new ReferencePattern(Kind.DIGITS, 1, 36));
    assertThrows(IllegalArgumentException.class, () -> new ReferencePattern(Kind.DIGITS, 5, 4));
  }
}
