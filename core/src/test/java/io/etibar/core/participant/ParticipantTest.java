package io.etibar.core.participant;

import static io.etibar.core.testing.Samples.ACTION;
import static io.etibar.core.testing.Samples.AZN;
import static io.etibar.core.testing.Samples.BANK;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.OPERATOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.money.Money;
import io.etibar.core.testing.SettableClock;
import io.etibar.core.testing.Systems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParticipantTest {
  private static final Participant.Profile RENAMED =
      new Participant.Profile(
          "Bank A OJSC", Role.BANK, List.of(), new Participant.Limits(1, Money.zero(AZN)));
  private static final Action REASON = new Action(OPERATOR, "key lost");

  private static ActorTestKit testKit;
  private final SettableClock clock = new SettableClock(NOW);
  private EventSourcedBehaviorTestKit<Participant.Command, Participant.Event, Participant.State>
      participant;

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
    participant =
        EventSourcedBehaviorTestKit.create(
            testKit.system(), Participant.create(BANK_A, clock), Systems.statesInMemory());
    participant.clear();
  }

  @Test
  void isUnknownUntilItIsRegistered() {
    assertEquals(new Participant.NotFound(Refusal.of(Rejection.PARTICIPANT_UNKNOWN)), get());
    assertEquals(new Participant.Unregistered(), participant.getState());
  }

  @Test
  void isRegisteredOnce() {
    assertPut(
        BANK, Status.ACTIVE, ACTION, true, new Participant.Registered(BANK_A, BANK, ACTION, NOW));
    participant.restart();
    clock.pass(Duration.ofDays(1));
    assertPut(BANK, Status.ACTIVE, REASON, false);
    assertEquals(found(BANK, Status.ACTIVE), get());
  }

  @Test
  void canBeRegisteredSuspended() {
    assertPut(
        BANK,
        Status.SUSPENDED,
        ACTION,
        true,
        new Participant.Registered(BANK_A, BANK, ACTION, NOW),
        new Participant.Suspended(BANK_A, ACTION, NOW));
  }

  @Test
  void isSuspendedAndRestoredWithWhoAndWhy() {
    put(BANK, Status.ACTIVE, ACTION);
    assertPut(
        BANK, Status.SUSPENDED, REASON, false, new Participant.Suspended(BANK_A, REASON, NOW));
    assertPut(BANK, Status.SUSPENDED, REASON, false);
    clock.pass(Duration.ofHours(1));
    assertPut(
        BANK,
        Status.ACTIVE,
        ACTION,
        false,
        new Participant.Restored(BANK_A, ACTION, clock.instant()));
  }

  @Test
  void isAmendedInWhateverStatus() {
    put(BANK, Status.ACTIVE, ACTION);
    assertPut(
        RENAMED,
        Status.ACTIVE,
        ACTION,
        false,
        new Participant.Amended(BANK_A, RENAMED, ACTION, NOW));
    put(RENAMED, Status.SUSPENDED, ACTION);
    assertPut(
        BANK, Status.SUSPENDED, ACTION, false, new Participant.Amended(BANK_A, BANK, ACTION, NOW));
    assertPut(
        RENAMED,
        Status.ACTIVE,
        REASON,
        false,
        new Participant.Amended(BANK_A, RENAMED, REASON, NOW),
        new Participant.Restored(BANK_A, REASON, NOW));
  }

  @Test
  void whatIsReadBackIsWhatWas() {
    put(BANK, Status.ACTIVE, ACTION);
    put(RENAMED, Status.SUSPENDED, REASON);
    Participant.State before = participant.getState();
    participant.restart();
    assertEquals(before, participant.getState());
    assertEquals(found(RENAMED, Status.SUSPENDED), get());
  }

  @Test
  void aRateHasBounds() {
    assertEquals(1, new Participant.Limits(1, null).requestsPerSecond());
    assertEquals(1_000_000, new Participant.Limits(1_000_000, null).requestsPerSecond());
    assertThrows(IllegalArgumentException.class, () -> new Participant.Limits(0, null));
    assertThrows(IllegalArgumentException.class, () -> new Participant.Limits(1_000_001, null));
  }

  @Test
  void keysCannotBeSlippedIn() {
    List<String> keys = new ArrayList<>();
    var profile = new Participant.Profile("A", Role.BANK, keys, BANK.limits());
    keys.add("{}");
    assertEquals(List.of(), profile.keys());
  }

  /** Puts, and expects these events, the answer and the state that follow from them. */
  private void assertPut(
      Participant.Profile profile,
      Status status,
      Action action,
      boolean created,
      Participant.Event... events) {
    var result = put(profile, status, action);
    assertEquals(List.of(events), result.events());
    assertEquals(
        new Participant.PutReply(created, new Participant.View(BANK_A, profile, status)),
        result.reply());
    assertEquals(new Participant.Member(profile, status), result.state());
  }

  private EventSourcedBehaviorTestKit.CommandResultWithReply<
          Participant.Command, Participant.Event, Participant.State, Participant.PutReply>
      put(Participant.Profile profile, Status status, Action action) {
    return participant.runCommand(replyTo -> new Participant.Put(profile, status, action, replyTo));
  }

  private Participant.GetReply get() {
    var result = participant.<Participant.GetReply>runCommand(Participant.Get::new);
    assertEquals(List.of(), result.events());
    return result.reply();
  }

  private static Participant.Found found(Participant.Profile profile, Status status) {
    return new Participant.Found(new Participant.View(BANK_A, profile, status));
  }
}
