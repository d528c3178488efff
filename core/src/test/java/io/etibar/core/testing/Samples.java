package io.etibar.core.testing;

import io.etibar.core.bill.BillContent;
import io.etibar.core.bill.BillId;
import io.etibar.core.bill.BillReference;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.BudgetCode;
import io.etibar.core.biller.Channel;
import io.etibar.core.biller.ReferenceField;
import io.etibar.core.biller.ReferencePattern;
import io.etibar.core.biller.ReferencePattern.Kind;
import io.etibar.core.biller.Terms;
import io.etibar.core.money.Money;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import io.etibar.core.payment.IdempotencyKey;
import io.etibar.core.payment.Instruction;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.PaymentId;
import io.etibar.core.payment.ReturnId;
import io.etibar.core.payment.ReturnReason;
import io.etibar.core.privacy.Sealed;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values that tests begin with. */
public final class Samples {
  public static final Currency AZN = Currency.getInstance("AZN");
  public static final Currency EUR = Currency.getInstance("EUR");

  /** In March 2026, with microseconds, as a journal keeps them. */
  public static final Instant NOW = Instant.parse("2026-03-02T08:00:00.123456Z");

  public static final Instant PAYABLE_UNTIL = Instant.parse("2026-12-31T20:00:00Z");

  public static final ParticipantId OPERATOR = new ParticipantId("operator");
  public static final ParticipantId AGENCY = new ParticipantId("azersu");
  public static final ParticipantId BANK_A = new ParticipantId("bank-a");
  public static final ParticipantId BANK_B = new ParticipantId("bank-b");
  public static final Action ACTION = new Action(OPERATOR, "contract 2026/17");

  public static final Participant.Profile BANK =
      new Participant.Profile(
          "Bank A",
          Role.BANK,
          List.of("{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\"}"),
          new Participant.Limits(500, azn(100_000)));

  public static final BillerId WATER = new BillerId("water");
  public static final BudgetCode BUDGET = new BudgetCode("142340", "AZ21NABZ00000000137010001944");

  public static final Terms TERMS =
      new Terms(
          "Azersu",
          AGENCY,
          "utilities",
          AZN,
          AmountRule.EXACT,
          3,
          new ReferencePattern(Kind.DIGITS, 6, 12),
          true,
          List.of(
              new ReferenceField("meter", new ReferencePattern(Kind.DIGITS, 4, 8), true),
              new ReferenceField("flat", new ReferencePattern(Kind.ALPHANUMERIC, 1, 4), false)),
          BUDGET,
          Set.of(Channel.TERMINAL, Channel.CASH, Channel.CARD));

  public static final Biller.View BILLER =
      new Biller.View(WATER, TERMS, io.etibar.core.biller.Status.ACTIVE);

  public static final BillReference REFERENCE = new BillReference("20045678");
  public static final BillId BILL = new BillId(WATER, REFERENCE);
  public static final BillId OTHER_BILL = new BillId(WATER, new BillReference("20045679"));

  public static final PaymentId PAYMENT = PaymentId.of(BANK_A, new IdempotencyKey("key-1"));
  public static final ReturnId RETURN = ReturnId.of(PAYMENT, new IdempotencyKey("return-1"));

  public static final Instruction PAY_BILL =
      new Instruction(BANK_A, WATER, REFERENCE, null, azn(1250), Channel.CASH);

  public static final Instruction PAY_AD_HOC =
      new Instruction(
          BANK_A, WATER, null, Map.of("meter", "5555", "flat", "12A"), azn(777), Channel.CARD);

  private Samples() {}

  /** So many qəpik. */
  public static Money azn(long minor) {
    return new Money(minor, AZN);
  }

  /** A bill of 12.50 AZN by this rule. */
  public static BillContent content(AmountRule rule) {
    return new BillContent(azn(1250), LocalDate.of(2026, 12, 31), PAYABLE_UNTIL, rule, null);
  }

  /** A bill with personal data. */
  public static BillContent sealedContent() {
    return new BillContent(
        azn(1250),
        LocalDate.of(2026, 12, 31),
        PAYABLE_UNTIL,
        AmountRule.UP_TO,
        new Sealed("c2VhbGVk"));
  }

  public static Payment.Receipt receipt(Instruction instruction) {
    return new Payment.Receipt(PAYMENT, instruction, BUDGET, NOW);
  }

  public static Payment.Return returned(long minor) {
    return new Payment.Return(RETURN, azn(minor), ReturnReason.WRONG_AMOUNT, AGENCY, NOW);
  }
}
