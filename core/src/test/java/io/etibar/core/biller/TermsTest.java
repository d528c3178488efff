package io.etibar.core.biller;

import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.AZN;
import static io.etibar.core.testing.Samples.BUDGET;
import static io.etibar.core.testing.Samples.TERMS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.biller.ReferencePattern.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TermsTest {

  /** The sample's terms want a meter of 4 to 8 digits, and allow a flat. */
  static Stream<Arguments> references() {
    return Stream.of(
        Arguments.of(Map.of("meter", "5555"), ""),
        Arguments.of(Map.of("meter", "5555", "flat", "12A"), ""),
        Arguments.of(Map.of(), "references.meter"),
        Arguments.of(Map.of("flat", "12A"), "references.meter"),
        Arguments.of(Map.of("meter", "555"), "references.meter"),
        Arguments.of(Map.of("meter", "123456789"), "references.meter"),
        Arguments.of(Map.of("meter", ""), "references.meter"),
        Arguments.of(Map.of("meter", "5555", "flat", "12a"), "references.flat"),
        Arguments.of(Map.of("meter", "5555", "flat", ""), "references.flat"),
        Arguments.of(Map.of("meter", "5555", "door", "1"), "references.door"),
        Arguments.of(Map.of("meter", "5555", "METER", "1"), "references.METER"),
        // The biller's own fields first, then strange ones by name: always the same answer.
        Arguments.of(Map.of("meter", "5555", "z", "1", "a", "1", "m", "1"), "references.a"),
        Arguments.of(Map.of("meter", "x", "a", "1"), "references.meter"));
  }

  @ParameterizedTest
  @MethodSource("references")
  void referencesAreThoseOfTheBiller(Map<String, String> given, String fault) {
    assertEquals(
        fault.isEmpty()
            ? Optional.empty()
            : Optional.of(Refusal.of(Rejection.REFERENCE_INVALID, fault)),
        TERMS.judgeReferences(given));
  }

  @Test
  void aBillerWithoutFieldsTakesNoReferences() {
    Terms terms = terms(List.of(), 0, Set.of(Channel.CASH));
    assertEquals(Optional.empty(), terms.judgeReferences(Map.of()));
    assertEquals(
        Optional.of(Refusal.of(Rejection.REFERENCE_INVALID, "references.meter")),
        terms.judgeReferences(Map.of("meter", "5555")));
  }

  @Test
  void channelsAreInTheOrderOfTheirDeclaration() {
    Set<Channel> given = new LinkedHashSet<>(List.of(Channel.values()).reversed());
    assertEquals(List.of(Channel.values()), new ArrayList<>(terms(List.of(), 0, given).channels()));
  }

  @Test
  void whatWasGivenCanBeChangedWithoutChangingTheTerms() {
    List<ReferenceField> fields = new ArrayList<>();
    Set<Channel> channels = EnumSet.of(Channel.CASH);
    Terms terms = terms(fields, 0, channels);
    fields.add(new ReferenceField("a", new ReferencePattern(Kind.DIGITS, 1, 1), true));
    channels.add(Channel.CARD);
    assertEquals(terms(List.of(), 0, Set.of(Channel.CASH)), terms);
    assertThrows(UnsupportedOperationException.class, () -> terms.channels().add(Channel.ACCOUNT));
  }

  @Test
  void termsHaveBounds() {
    assertEquals(3_660, terms(List.of(), 3_660, Set.of(Channel.CASH)).graceDays());
    assertThrows(IllegalArgumentException.class, () -> terms(List.of(), -1, Set.of(Channel.CASH)));
    assertThrows(
        IllegalArgumentException.class, () -> terms(List.of(), 3_661, Set.of(Channel.CASH)));
    assertThrows(IllegalArgumentException.class, () -> terms(List.of(), 0, Set.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Meter", "1meter", "_m", "me-ter", "me ter", "mətər", "a\n"})
  void aFieldHasAName(String name) {
    var pattern = new ReferencePattern(Kind.DIGITS, 1, 1);
    assertThrows(IllegalArgumentException.class, () -> new ReferenceField(name, pattern, true));
  }

  @Test
  void aFieldsNameHasAtMostThirtyCharacters() {
    var pattern = new ReferencePattern(Kind.DIGITS, 1, 1);
    assertEquals("m_9A", new ReferenceField("m_9A", pattern, true).name());
    assertEquals(30, new ReferenceField("a".repeat(30), pattern, true).name().length());
    assertThrows(
        IllegalArgumentException.class, () -> new ReferenceField("a".repeat(31), pattern, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " | AZ21NABZ00000000137010001944",
        "14a| AZ21NABZ00000000137010001944",
        "123456789012345678901| AZ21NABZ00000000137010001944",
        "142340| ",
        "142340| az21NABZ00000000137010001944",
        "142340| AZ2XNABZ00000000137010001944",
        "142340| AZ21NABZ0000000013701000194400000000",
        "142340| AZ21NABZ 0000",
      })
  void aBudgetCodeHasAForm(String codes) {
    int bar = codes.indexOf('|');
    String classification = codes.substring(0, bar).strip();
    String account = codes.substring(bar + 1).strip();
    assertThrows(IllegalArgumentException.class, () -> new BudgetCode(classification, account));
  }

  private static Terms terms(List<ReferenceField> fields, int graceDays, Set<Channel> channels) {
    return new Terms(
        "Tax",
        AGENCY,
        "taxes",
        AZN,
        AmountRule.ANY,
        graceDays,
        new ReferencePattern(Kind.ALPHANUMERIC, 1, 35),
        true,
        fields,
        BUDGET,
        channels);
  }
}
