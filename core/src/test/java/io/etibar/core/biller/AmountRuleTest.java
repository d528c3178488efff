package io.etibar.core.biller;

import static io.etibar.core.testing.Samples.azn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.money.Money;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountRuleTest {

  @ParameterizedTest(name = "{0}: {1} of {2} due, {3} reserved: {4}")
  @CsvSource({
    // rule,  amount, due, reserved, verdict
    "EXACT,    99, 100,   0, AMOUNT_RULE",
    "EXACT,   100, 100,   0, accepted",
    "EXACT,   101, 100,   0, AMOUNT_RULE",
    "EXACT,   100, 100, 100, BILL_RESERVED",
    "EXACT,   100, 100,  40, BILL_RESERVED",
    "EXACT,    60, 100,  40, AMOUNT_RULE",
    "UP_TO,     0, 100,   0, AMOUNT_RULE",
    "UP_TO,     1, 100,   0, accepted",
    "UP_TO,   100, 100,   0, accepted",
    "UP_TO,   101, 100,   0, AMOUNT_RULE",
    "UP_TO,    60, 100,  40, accepted",
    "UP_TO,    61, 100,  40, BILL_RESERVED",
    "UP_TO,     1, 100, 100, BILL_RESERVED",
    "UP_TO,   101, 100, 100, AMOUNT_RULE",
    "AT_LEAST, 99, 100,   0, AMOUNT_RULE",
    "AT_LEAST, 100, 100,  0, accepted",
    "AT_LEAST, 101, 100,  0, accepted",
    "AT_LEAST, 99999999999999,  100, 0, accepted",
    "AT_LEAST, 100000000000000, 100, 0, AMOUNT_RULE",
    "AT_LEAST, 100, 100, 100, BILL_RESERVED",
    "AT_LEAST, 150, 100, 120, BILL_RESERVED",
    "AT_LEAST, 100, 100,   1, BILL_RESERVED",
    "AT_LEAST,  99, 100,   1, AMOUNT_RULE",
    "ANY,       0, 100,   0, AMOUNT_RULE",
    "ANY,       1, 100,   0, accepted",
    "ANY,     500, 100,   0, accepted",
    "ANY,     500, 100,  99, accepted",
    "ANY,       1, 100, 100, BILL_RESERVED",
    "ANY,       1, 100, 500, BILL_RESERVED",
    "ANY,  100000000000000, 100, 0, AMOUNT_RULE",
  })
  void anAmountIsJudgedByWhatIsDueAndFree(
      AmountRule rule, long amount, long due, long reserved, String verdict) {
    Optional<Refusal> refusal = rule.judge(azn(amount), azn(due), azn(reserved));
    assertEquals(verdict, refusal.map(refused -> refused.rejection().name()).orElse("accepted"));
  }

  @Test
  void aRefusedAmountLearnsWhatWouldBeAccepted() {
    assertEquals(
        Optional.of(
            new Refusal(Rejection.AMOUNT_RULE, "amount.value", azn(100), azn(Money.MAX_MINOR))),
        AmountRule.AT_LEAST.judge(azn(99), azn(100), azn(0)));
    assertEquals(
        Optional.of(Refusal.amount(Rejection.AMOUNT_RULE, azn(1), azn(100))),
        AmountRule.UP_TO.judge(azn(101), azn(100), azn(40)));
  }

  /** A refusal for good never depends on what others hold for a moment, and the reverse. */
  @Property(seed = "1")
  void onlyAReservationIsPassing(
      @ForAll AmountRule rule,
      @ForAll @LongRange(max = 300) long amount,
      @ForAll @LongRange(min = 1, max = 100) long due,
      @ForAll @LongRange(max = 200) long reserved) {
    Optional<Refusal> free = rule.judge(azn(amount), azn(due), azn(0));
    Optional<Refusal> held = rule.judge(azn(amount), azn(due), azn(reserved));
    if (free.isPresent()) {
      assertEquals(Rejection.AMOUNT_RULE, free.get().rejection());
      assertEquals(free, held);
    } else {
      held.ifPresent(refused -> assertEquals(Rejection.BILL_RESERVED, refused.rejection()));
    }
  }

  /** Were everything accepted committed, the bill would not be collected beyond its rule. */
  @Property(seed = "2")
  void whatIsAcceptedKeepsTheRule(
      @ForAll AmountRule rule,
      @ForAll @LongRange(max = 300) long amount,
      @ForAll @LongRange(min = 1, max = 100) long due,
      @ForAll @LongRange(max = 200) long reserved) {
    if (rule.judge(azn(amount), azn(due), azn(reserved)).isEmpty()) {
      assertTrue(reserved < due, "something is free");
      assertTrue(rule.acceptsOver() || amount + reserved <= due);
      assertTrue(rule.acceptsPartial() || (amount >= due && reserved == 0));
    }
  }
}
