package io.etibar.core.bill;

import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BANK_B;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.PAYABLE_UNTIL;
import static io.etibar.core.testing.Samples.azn;
import static io.etibar.core.testing.Samples.content;
import static io.etibar.core.testing.Samples.sealedContent;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.actor.typed.ActorRef;
import io.etibar.core.Decision;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.testing.Matrix;
import io.etibar.core.testing.SealedTypes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every command in every state of a bill of 12.50 by the rule UP_TO. P1 is a payment of 10.00, save
 * where all is paid: there it is one of 12.50.
 */
class BillMatrixTest {

  /** {@code broken}: can only come of a defect of ours, and so crashes the entity. */
  private static final Matrix MATRIX =
      Matrix.parse(
          """
          in unpublished:
            publish the same     = BillPublished, Done created
            publish another      = BillPublished, Done created
            withdraw             = Refused BILL_UNKNOWN
            get                  = Refused BILL_UNKNOWN
            reserve 2.50 for P2  = NotHeld BILL_UNKNOWN
            reserve 12.51 for P2 = NotHeld BILL_UNKNOWN
            reserve 10.00 for P1 = NotHeld BILL_UNKNOWN
            settle P1            = broken
            release P1           = nothing
            return 10.00 of P1   = broken
          in published:
            publish the same     = Done
            publish another      = BillChanged, Done
            withdraw             = BillWithdrawn, Done
            get                  = Found PUBLISHED
            reserve 2.50 for P2  = Reserved, Held
            reserve 12.51 for P2 = NotHeld AMOUNT_RULE
            reserve 10.00 for P1 = Reserved, Held
            settle P1            = broken
            release P1           = nothing
            return 10.00 of P1   = broken
          in reserved:
            publish the same     = Done
            publish another      = Refused BILL_LOCKED
            withdraw             = Refused BILL_RESERVED
            get                  = Found PUBLISHED
            reserve 2.50 for P2  = Reserved, Held
            reserve 12.51 for P2 = NotHeld AMOUNT_RULE
            reserve 10.00 for P1 = Held
            settle P1            = Settled
            release P1           = Released
            return 10.00 of P1   = Settled, Returned
          in released:
            publish the same     = Done
            publish another      = BillChanged, Done
            withdraw             = BillWithdrawn, Done
            get                  = Found PUBLISHED
            reserve 2.50 for P2  = Reserved, Held
            reserve 12.51 for P2 = NotHeld AMOUNT_RULE
            reserve 10.00 for P1 = Reserved, Held
            settle P1            = broken
            release P1           = nothing
            return 10.00 of P1   = broken
          in partially paid:
            publish the same     = Done
            publish another      = Refused BILL_LOCKED
            withdraw             = BillWithdrawn, Done
            get                  = Found PARTIALLY_PAID
            reserve 2.50 for P2  = Reserved, Held
            reserve 12.51 for P2 = NotHeld AMOUNT_RULE
            reserve 10.00 for P1 = Held
            settle P1            = nothing
            release P1           = broken
            return 10.00 of P1   = Returned
          in paid:
            publish the same     = Done
            publish another      = Refused BILL_LOCKED
            withdraw             = Refused BILL_PAID
            get                  = Found PAID
            reserve 2.50 for P2  = NotHeld BILL_PAID
            reserve 12.51 for P2 = NotHeld BILL_PAID
            reserve 10.00 for P1 = NotHeld IDEMPOTENCY_KEY_REUSED
            settle P1            = nothing
            release P1           = broken
            return 10.00 of P1   = Returned
          in returned:
            publish the same     = Done
            publish another      = BillChanged, Done
            withdraw             = BillWithdrawn, Done
            get                  = Found PUBLISHED
            reserve 2.50 for P2  = Reserved, Held
            reserve 12.51 for P2 = NotHeld AMOUNT_RULE
            reserve 10.00 for P1 = Held
            settle P1            = nothing
            release P1           = broken
            return 10.00 of P1   = nothing
          in expired:
            publish the same     = Done
            publish another      = BillChanged, Done
            withdraw             = BillWithdrawn, Done
            get                  = Found EXPIRED
            reserve 2.50 for P2  = NotHeld BILL_EXPIRED
            reserve 12.51 for P2 = NotHeld BILL_EXPIRED
            reserve 10.00 for P1 = NotHeld BILL_EXPIRED
            settle P1            = broken
            release P1           = nothing
            return 10.00 of P1   = broken
          in reserved and expired:
            publish the same     = Done
            publish another      = Refused BILL_LOCKED
            withdraw             = Refused BILL_RESERVED
            get                  = Found EXPIRED
            reserve 2.50 for P2  = NotHeld BILL_EXPIRED
            reserve 12.51 for P2 = NotHeld BILL_EXPIRED
            reserve 10.00 for P1 = Held
            settle P1            = Settled
            release P1           = Released
            return 10.00 of P1   = Settled, Returned
          in withdrawn:
            publish the same     = Refused BILL_WITHDRAWN
            publish another      = Refused BILL_WITHDRAWN
            withdraw             = Done
            get                  = Found WITHDRAWN
            reserve 2.50 for P2  = NotHeld BILL_WITHDRAWN
            reserve 12.51 for P2 = NotHeld BILL_WITHDRAWN
            reserve 10.00 for P1 = NotHeld BILL_WITHDRAWN
            settle P1            = broken
            release P1           = nothing
            return 10.00 of P1   = broken
          in partially paid and withdrawn:
            publish the same     = Refused BILL_WITHDRAWN
            publish another      = Refused BILL_WITHDRAWN
            withdraw             = Done
            get                  = Found WITHDRAWN
            reserve 2.50 for P2  = NotHeld BILL_WITHDRAWN
            reserve 12.51 for P2 = NotHeld BILL_WITHDRAWN
            reserve 10.00 for P1 = NotHeld BILL_WITHDRAWN
            settle P1            = nothing
            release P1           = nothing
            return 10.00 of P1   = Returned
          """);

  private final TestInbox<Bill.Reply> client = TestInbox.create();

  private Map<String, Bill.Command> commands() {
    Map<String, Bill.Command> commands = new LinkedHashMap<>();
    commands.put("publish the same", new Bill.Publish(content(AmountRule.UP_TO), to()));
    commands.put("publish another", new Bill.Publish(sealedContent(), to()));
    commands.put("withdraw", new Bill.Withdraw(AGENCY, to()));
    commands.put("get", new Bill.Get(to()));
    commands.put("reserve 2.50 for P2", new Bill.Reserve("P2", BANK_B, azn(250), to()));
    commands.put("reserve 12.51 for P2", new Bill.Reserve("P2", BANK_B, azn(1251), to()));
    commands.put("reserve 10.00 for P1", new Bill.Reserve("P1", BANK_A, azn(1000), to()));
    commands.put("settle P1", new Bill.Settle("P1"));
    commands.put("release P1", new Bill.Release("P1"));
    commands.put("return 10.00 of P1", new Bill.ApplyReturn("P1", "ret_1", azn(1000)));
    return commands;
  }

  private static Map<String, List<Bill.Event>> states() {
    var published = new Bill.BillPublished(BILL, content(AmountRule.UP_TO), NOW);
    var reserved = new Bill.Reserved(BILL, "P1", BANK_A, azn(1000), NOW);
    var reservedAll = new Bill.Reserved(BILL, "P1", BANK_A, azn(1250), NOW);
    var settled = new Bill.Settled(BILL, "P1", NOW);
    var released = new Bill.Released(BILL, "P1", NOW);
    var returned = new Bill.Returned(BILL, "P1", "ret_1", azn(1000), NOW);
    var withdrawn = new Bill.BillWithdrawn(BILL, AGENCY, NOW);
    Map<String, List<Bill.Event>> states = new LinkedHashMap<>();
    states.put("unpublished", List.of());
    states.put("published", List.of(published));
    states.put("reserved", List.of(published, reserved));
    states.put("released", List.of(published, reserved, released));
    states.put("partially paid", List.of(published, reserved, settled));
    states.put("paid", List.of(published, reservedAll, settled));
    states.put("returned", List.of(published, reserved, settled, returned));
    states.put("expired", List.of(published));
    states.put("reserved and expired", List.of(published, reserved));
    states.put("withdrawn", List.of(published, withdrawn));
    states.put("partially paid and withdrawn", List.of(published, reserved, settled, withdrawn));
    return states;
  }

  @TestFactory
  Stream<DynamicNode> everyCommandInEveryState() {
    return MATRIX.tests(states().keySet(), commands().keySet(), this::outcome);
  }

  @Test
  void noCommandIsLeftOut() {
    assertEquals(
        SealedTypes.recordsOf(Bill.Command.class), SealedTypes.namesOf(commands().values()));
  }

  @Test
  void noStateIsLeftOut() {
    Set<String> reached = new TreeSet<>();
    for (List<Bill.Event> history : states().values()) {
      reached.add(SealedTypes.nameOf(replayed(history).getClass()));
    }
    assertEquals(SealedTypes.recordsOf(BillState.class), reached);
  }

  private String outcome(String state, String command) {
    BillState before = replayed(states().get(state));
    Instant now = state.endsWith("expired") ? PAYABLE_UNTIL : NOW.plusSeconds(1);
    try {
      Decision<Bill.Event> decision = Bill.decide(BILL, before, commands().get(command), now);
      BillState after = before;
      for (Bill.Event event : decision.events()) {
        after = after.apply(event);
        assertEquals(BILL, event.bill());
      }
      decision.sends().forEach(Decision.Send::deliver);
      return described(decision.events());
    } catch (IllegalStateException e) {
      return "broken";
    }
  }

  private String described(List<Bill.Event> events) {
    List<String> parts = new ArrayList<>();
    events.forEach(event -> parts.add(event.getClass().getSimpleName()));
    for (Bill.Reply reply : client.getAllReceived()) {
      parts.add(
          switch (reply) {
            case Bill.Done(var created, var view) -> created ? "Done created" : "Done";
            case Bill.Refused(var refusal) -> "Refused " + refusal.rejection();
            case Bill.Held held -> "Held";
            case Bill.NotHeld(var bill, var refusal) -> "NotHeld " + refusal.rejection();
            case Bill.Found(var view) -> "Found " + view.status();
          });
    }
    return parts.isEmpty() ? "nothing" : String.join(", ", parts);
  }

  private static BillState replayed(List<Bill.Event> history) {
    BillState state = new BillState.Unpublished();
    for (Bill.Event event : history) {
      state = state.apply(event);
    }
    return state;
  }

  private <T extends Bill.Reply> ActorRef<T> to() {
    return client.getRef().narrow();
  }
}
