package io.etibar.core.biller;

import static io.etibar.core.testing.Samples.ACTION;
import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.AZN;
import static io.etibar.core.testing.Samples.BUDGET;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.OPERATOR;
import static io.etibar.core.testing.Samples.TERMS;
import static io.etibar.core.testing.Samples.WATER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.participant.Action;
import io.etibar.core.testing.SettableClock;
import io.etibar.core.testing.Systems;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BillerTest {
  private static final Terms AMENDED =
      new Terms(
          "Water of Baku",
          AGENCY,
          "utilities",
          AZN,
          AmountRule.UP_TO,
          0,
          new ReferencePattern(ReferencePattern.Kind.DIGITS, 8, 8),
          false,
          List.of(),
          BUDGET,
          Set.of(Channel.ACCOUNT));
  private static final Action REASON = new Action(OPERATOR, "key lost");

  private static ActorTestKit testKit;
  private final SettableClock clock = new SettableClock(NOW);
  private EventSourcedBehaviorTestKit<Biller.Command, Biller.Event, Biller.State> biller;

  @BeforeAll
  static void start() {
    testKit = Systems.startForBehaviors();
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  @BeforeEach
  void create() {
    biller =
        EventSourcedBehaviorTestKit.create(
            testKit.system(), Biller.create(WATER, clock), Systems.statesInMemory());
    biller.clear();
  }

  @Test
  void isUnknownUntilItIsRegistered() {
    assertEquals(new Biller.NotFound(Refusal.of(Rejection.BILLER_UNKNOWN)), get());
    assertEquals(new Biller.Unregistered(), biller.getState());
  }

  @Test
  void isRegisteredOnce() {
    assertPut(TERMS, Status.ACTIVE, ACTION, true, new Biller.Registered(WATER, TERMS, ACTION, NOW));
    biller.restart();
    clock.pass(Duration.ofDays(1));
    assertPut(TERMS, Status.ACTIVE, REASON, false);
    assertEquals(found(TERMS, Status.ACTIVE), get());
  }

  @Test
  void canBeRegisteredSuspended() {
    assertPut(
        TERMS,
        Status.SUSPENDED,
        ACTION,
        true,
        new Biller.Registered(WATER, TERMS, ACTION, NOW),
        new Biller.Suspended(WATER, ACTION, NOW));
  }

  @Test
  void isSuspendedAndRestoredWithWhoAndWhy() {
    put(TERMS, Status.ACTIVE, ACTION);
    assertPut(TERMS, Status.SUSPENDED, REASON, false, new Biller.Suspended(WATER, REASON, NOW));
    assertPut(TERMS, Status.SUSPENDED, REASON, false);
    clock.pass(Duration.ofHours(1));
    assertPut(
        TERMS, Status.ACTIVE, ACTION, false, new Biller.Restored(WATER, ACTION, clock.instant()));
  }

  @Test
  void isAmendedInWhateverStatus() {
    put(TERMS, Status.ACTIVE, ACTION);
    assertPut(
        AMENDED, Status.ACTIVE, ACTION, false, new Biller.Amended(WATER, AMENDED, ACTION, NOW));
    put(AMENDED, Status.SUSPENDED, ACTION);
    assertPut(
        TERMS, Status.SUSPENDED, ACTION, false, new Biller.Amended(WATER, TERMS, ACTION, NOW));
    assertPut(
        AMENDED,
        Status.ACTIVE,
        REASON,
        false,
        new Biller.Amended(WATER, AMENDED, REASON, NOW),
        new Biller.Restored(WATER, REASON, NOW));
  }

  @Test
  void whatIsReadBackIsWhatWas() {
    put(TERMS, Status.ACTIVE, ACTION);
    put(AMENDED, Status.SUSPENDED, REASON);
    Biller.State before = biller.getState();
    biller.restart();
    assertEquals(before, biller.getState());
    assertEquals(found(AMENDED, Status.SUSPENDED), get());
  }

  /** Puts, and expects these events, the answer and the state that follow from them. */
  private void assertPut(
      Terms terms, Status status, Action action, boolean created, Biller.Event... events) {
    var result = put(terms, status, action);
    assertEquals(List.of(events), result.events());
    assertEquals(
        new Biller.PutReply(created, new Biller.View(WATER, terms, status)), result.reply());
    assertEquals(new Biller.Member(terms, status), result.state());
  }

  private EventSourcedBehaviorTestKit.CommandResultWithReply<
          Biller.Command, Biller.Event, Biller.State, Biller.PutReply>
      put(Terms terms, Status status, Action action) {
    return biller.runCommand(replyTo -> new Biller.Put(terms, status, action, replyTo));
  }

  private Biller.GetReply get() {
    var result = biller.<Biller.GetReply>runCommand(Biller.Get::new);
    assertEquals(List.of(), result.events());
    return result.reply();
  }

  private static Biller.Found found(Terms terms, Status status) {
    return new Biller.Found(new Biller.View(WATER, terms, status));
  }
}
