package io.etibar.core.biller;

import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.participant.ParticipantId;
import java.util.Collections;
import java.util.Currency;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * On what terms a biller collects.
 *
 * @param owner the participant that publishes its bills and returns its payments
 * @param category a kind of service, such as {@code utilities}
 * @param currency of all its bills and payments
 * @param amountRule of bills published from now on
 * @param graceDays how many days after the due date a bill can still be paid
 * @param billReference the form of its bills' references
 * @param adHoc whether it accepts payments without a bill
 * @param references by which fields a payment without a bill names the customer
 * @param channels by what means it may be paid
 */
public record Terms(
    String name,
    ParticipantId owner,
    String category,
    Currency currency,
    AmountRule amountRule,
    int graceDays,
    ReferencePattern billReference,
    boolean adHoc,
    List<ReferenceField> references,
    BudgetCode budget,
    Set<Channel> channels) {

  public Terms {
    references = List.copyOf(references);
    if (graceDays < 0 || graceDays > 3_660) {
      throw new IllegalArgumentException("must be 0 to 3660 days");
    }
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("must name at least one channel");
    }
    // In the order of their declaration, so that neither an event nor an answer ever varies.
    channels = Collections.unmodifiableSet(EnumSet.copyOf(channels));
  }

  /** Judges the references of a payment without a bill. */
  public Optional<Refusal> judgeReferences(Map<String, String> given) {
    for (ReferenceField field : references) {
      String value = given.get(field.name());
      if (value == null ? field.required() : !field.pattern().matches(value)) {
        return Optional.of(Refusal.of(Rejection.REFERENCE_INVALID, "references." + field.name()));
      }
    }
    return given.keySet().stream()
        .filter(name -> references.stream().noneMatch(field -> field.name().equals(name)))
        .sorted()
        .findFirst()
        .map(name -> Refusal.of(Rejection.REFERENCE_INVALID, "references." + name));
  }
}
