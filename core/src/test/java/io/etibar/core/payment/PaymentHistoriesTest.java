package io.etibar.core.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.core.bill.Bill;
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
import io.etibar.core.biller.Status;
import io.etibar.core.biller.Terms;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.PaymentWorld.Fate;
import io.etibar.core.payment.PaymentWorld.ToPayment;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * Random histories of clients, banks and bills, with duplicates, losses, reorders and deaths at
 * every step: DESIGN's invariants 1, 2, 3 and 8 hold in all of them.
 */
class PaymentHistoriesTest {
  private static final Currency AZN = Currency.getInstance("AZN");
  private static final ParticipantId OPERATOR = new ParticipantId("agency");
  private static final List<ParticipantId> BANKS =
      List.of(new ParticipantId("bank-a"), new ParticipantId("bank-b"));
  private static final BillerId WATER = new BillerId("water");
  private static final Terms TERMS =
      new Terms(
          "Water",
          OPERATOR,
          "utilities",
          AZN,
          AmountRule.EXACT,
          0,
          new ReferencePattern(ReferencePattern.Kind.DIGITS, 6, 12),
          true,
          List.of(
              new ReferenceField(
                  "meter", new ReferencePattern(ReferencePattern.Kind.DIGITS, 4, 8), true)),
          new BudgetCode("142340", "AZ21NABZ00000000137010001944"),
          EnumSet.of(Channel.CARD, Channel.CASH));

  /** A request of a client, with what it asked for. */
  private record Asked(PaymentId payment, Instruction instruction, int request) {}

  private static final class History {
    final PaymentWorld world = new PaymentWorld();
    final List<BillId> bills = new ArrayList<>();
    final List<Asked> asked = new ArrayList<>();

    History(AmountRule first, AmountRule second) {
      bills.add(world.publish(bill("100001"), content(first, 1_000)));
      bills.add(world.publish(bill("100002"), content(second, 30)));
    }

    /** Each number is one step: its lowest digits say what happens, the higher ones to whom. */
    void step(int choice) {
      int kind = choice % 16;
      int more = choice / 16;
      switch (kind) {
        case 0, 1, 2 -> submit(more);
        case 3 -> giveBack(more);
        case 4 -> world.now = world.now.plusSeconds(1 + more % 8);
        case 5 -> world.reconcile();
        case 6 -> world.restartAll();
        case 7 -> change(more);
        default -> deliver(more);
      }
    }

    private void submit(int more) {
      ParticipantId bank = BANKS.get(more % 2);
      var key = new IdempotencyKey("key-" + more / 2 % 3);
      Instruction instruction = instruction(bank, more / 6);
      // One in thirty-two meets a suspended biller, and one an unknown one.
      Biller.@Nullable View biller =
          switch (more / 512 % 32) {
            case 0 -> new Biller.View(WATER, TERMS, Status.SUSPENDED);
            case 1 -> null;
            default -> new Biller.View(WATER, TERMS, Status.ACTIVE);
          };
      submit(PaymentId.of(bank, key), instruction, biller);
    }

    private int submit(PaymentId payment, Instruction instruction, Biller.@Nullable View biller) {
      int request = world.newRequest();
      asked.add(new Asked(payment, instruction, request));
      world.network.add(
          new ToPayment(
              payment, new Payment.Submit(instruction, biller, null, world.clientRef(request))));
      return request;
    }

    private Instruction instruction(ParticipantId bank, int more) {
      if (more % 7 == 0) {
        return new Instruction(bank, WATER, null, Map.of("meter", "5555"), money(77), Channel.CARD);
      }
      BillId bill = bills.get(more % 2);
      long[] amounts = {1_000, 30, 10, 1_005};
      return new Instruction(
          bank, WATER, bill.reference(), null, money(amounts[more / 7 % 4]), Channel.CASH);
    }

    private void giveBack(int more) {
      List<PaymentId> ids = List.copyOf(world.paymentIds());
      if (ids.isEmpty()) {
        return;
      }
      PaymentId id = ids.get(more % ids.size());
      var key = new IdempotencyKey("return-" + more / 8 % 3);
      long[] amounts = {5, 10, 30, 1_000};
      int request = world.newRequest();
      world.network.add(
          new ToPayment(
              id,
              new Payment.GiveBack(
                  ReturnId.of(id, key),
                  money(amounts[more / 24 % 4]),
                  ReturnReason.DUPLICATE,
                  OPERATOR,
                  world.clientRef(request))));
    }

    private void change(int more) {
      BillId bill = bills.get(more % 2);
      Bill.Command command =
          more / 2 % 4 == 0
              ? new Bill.Withdraw(OPERATOR, PaymentWorld.ignored())
              : new Bill.Publish(
                  content(List.of(AmountRule.values()).get(more / 8 % 4), 1_000),
                  PaymentWorld.ignored());
      world.network.add(new PaymentWorld.ToBill(bill, command));
    }

    /**
     * Takes any message that is under way: delivers, repeats or loses it, and the receiver may die.
     */
    private void deliver(int more) {
      if (world.network.isEmpty()) {
        return;
      }
      int at = more % world.network.size();
      int luck = more / 64 % 16;
      if (luck == 0) {
        world.network.remove(at);
        return;
      }
      PaymentWorld.Envelope envelope = luck == 1 ? world.network.get(at) : world.network.remove(at);
      Fate fate =
          switch (luck) {
            case 2 -> Fate.DIES_BEFORE_WRITE;
            case 3 -> Fate.DIES_AFTER_WRITE;
            default -> Fate.WELL;
          };
      world.handle(envelope, fate);
    }

    /** Whoever asks again in the end hears what was answered before. */
    void assertAnswersHold() {
      Map<PaymentId, Payment.Receipt> receipts = new HashMap<>();
      world.commitments().forEach(e -> receipts.put(e.payment(), receiptOf(e)));
      for (Asked one : List.copyOf(asked)) {
        List<Payment.Reply> before = world.answersTo(one.request());
        int again =
            submit(one.payment(), one.instruction(), new Biller.View(WATER, TERMS, Status.ACTIVE));
        world.settleDown();
        Payment.Reply last = world.answersTo(again).getLast();
        for (Payment.Reply reply : before) {
          switch (reply) {
            case Payment.Committed(var receipt, var replayed) -> {
              assertEquals(receipts.get(one.payment()), receipt, "an answer is never taken back");
              assertEquals(new Payment.Committed(receipt, true), last, "the same answer for ever");
            }
            case Payment.Refused(var refusal, var replayed) -> {
              if (refusal.rejection().isOutcome()) {
                assertEquals(new Payment.Refused(refusal, true), last, "the same answer for ever");
              }
            }
            case Payment.Found found -> throw new AssertionError("nobody asked");
            case Payment.GivenBack given -> throw new AssertionError("nobody asked");
          }
        }
      }
    }

    private static Payment.Receipt receiptOf(Payment.PaymentCommitted e) {
      return new Payment.Receipt(e.payment(), e.instruction(), e.budget(), e.at());
    }
  }

  @Property(tries = 10_000, seed = "20260302")
  void everyHistoryKeepsTheBooks(
      @ForAll AmountRule first,
      @ForAll AmountRule second,
      @ForAll @Size(min = 5, max = 120) List<@IntRange(max = 16 * 64 * 16 * 64) Integer> steps) {
    History history = new History(first, second);
    steps.forEach(history::step);
    history.world.settleDown();
    history.world.assertBooksAgree();
    history.assertAnswersHold();
    history.world.assertBooksAgree();
  }

  @Property(tries = 200, seed = "20260302")
  void fiftyRequestsWithOneKeyMakeOnePayment(
      @ForAll AmountRule rule, @ForAll @Size(150) List<@IntRange(max = 1_000) Integer> order) {
    History history = new History(rule, rule);
    PaymentId id = PaymentId.of(BANKS.get(0), new IdempotencyKey("one"));
    Instruction instruction = history.instruction(BANKS.get(0), 2);
    for (int i = 0; i < 50; i++) {
      history.submit(id, instruction, new Biller.View(WATER, TERMS, Status.ACTIVE));
    }
    order.forEach(
        at -> {
          if (!history.world.network.isEmpty()) {
            history.world.handle(
                history.world.network.remove(at % history.world.network.size()), Fate.WELL);
          }
        });
    history.world.settleDown();
    assertEquals(1, history.world.commitments().size());
    history.world.assertBooksAgree();
    Set<Payment.Receipt> receipts =
        history.asked.stream()
            .flatMap(asked -> history.world.answersTo(asked.request()).stream())
            .filter(Payment.Committed.class::isInstance)
            .map(reply -> ((Payment.Committed) reply).payment())
            .collect(java.util.stream.Collectors.toSet());
    assertEquals(1, receipts.size());
    assertTrue(
        history.asked.stream()
            .allMatch(asked -> history.world.answersTo(asked.request()).size() == 1),
        "each request has one answer");
  }

  private static BillId bill(String reference) {
    return new BillId(WATER, new BillReference(reference));
  }

  private static BillContent content(AmountRule rule, long minor) {
    return new BillContent(
        money(minor),
        LocalDate.parse("2026-12-31"),
        Instant.parse("2026-12-31T20:00:00Z"),
        rule,
        null);
  }

  private static Money money(long minor) {
    return new Money(minor, AZN);
  }
}
