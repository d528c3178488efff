package io.etibar.core.bill;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandlerWithReply;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.etibar.core.ClusterMessage;
import io.etibar.core.Decision;
import io.etibar.core.JournalEvent;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.BillState.Published;
import io.etibar.core.bill.BillState.Unpublished;
import io.etibar.core.bill.BillState.Withdrawn;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bill. Its life: Published → PartiallyPaid → Paid; Withdrawn, Expired.
 *
 * <p>A payment first reserves its amount here, then commits itself, and then the reservation is
 * settled; so no two payments are ever accepted for the same due amount. Who reserved is asked
 * again when a settlement does not come (docs/adr/0004).
 */
public final class Bill
    extends EventSourcedBehaviorWithEnforcedReplies<Bill.Command, Bill.Event, BillState> {

  public static final EntityTypeKey<Command> TYPE_KEY = EntityTypeKey.create(Command.class, "Bill");

  /** How many payments one bill can have: its state is held in memory whole. */
  public static final int MAX_PAYMENTS = 1_000;

  /** What a bill looks like at an instant. */
  public enum Status {
    PUBLISHED,
    PARTIALLY_PAID,
    PAID,
    WITHDRAWN,
    EXPIRED
  }

  /**
   * A bill as others see it.
   *
   * @param collected what committed payments brought, less what was returned
   * @param reserved what payments that are being made hold
   * @param due what is still to be paid
   * @param min the least amount that would be accepted now, absent where none would
   * @param max the greatest amount that would be accepted now, absent where none would
   */
  public record View(
      BillId id,
      BillContent content,
      Status status,
      Money collected,
      Money reserved,
      Money due,
      @Nullable Money min,
      @Nullable Money max)
      implements ClusterMessage {}

  // Commands

  public sealed interface Command extends ClusterMessage {}

  /** Publishes the bill, or changes it while nothing is paid or reserved. */
  public record Publish(BillContent content, ActorRef<PublishReply> replyTo) implements Command {}

  /** Withdraws what is not paid yet. */
  public record Withdraw(ParticipantId by, ActorRef<WithdrawReply> replyTo) implements Command {}

  public record Get(ActorRef<GetReply> replyTo) implements Command {}

  /** Holds an amount for a payment. The same payment reserves once, however often it asks. */
  public record Reserve(
      String payment, ParticipantId participant, Money amount, ActorRef<ReserveReply> replyTo)
      implements Command {}

  /** Tells that the payment is committed. Answered by the event {@link Settled}. */
  public record Settle(String payment) implements Command {}

  /** Tells that the payment never will be committed. Answered by the event {@link Released}. */
  public record Release(String payment) implements Command {}

  /** Tells that the biller returned a part of a payment. Answered by the event {@link Returned}. */
  public record ApplyReturn(String payment, String returnId, Money amount) implements Command {}

  // Replies

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Done.class, name = "done"),
    @JsonSubTypes.Type(value = Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = Held.class, name = "held"),
    @JsonSubTypes.Type(value = NotHeld.class, name = "notHeld"),
    @JsonSubTypes.Type(value = Found.class, name = "found")
  })
  public sealed interface Reply extends ClusterMessage {}

  public sealed interface PublishReply extends Reply {}

  public sealed interface WithdrawReply extends Reply {}

  public sealed interface GetReply extends Reply {}

  public sealed interface ReserveReply extends Reply {
    BillId bill();
  }

  /**
   * @param created whether the bill was unknown before
   */
  public record Done(boolean created, View bill) implements PublishReply, WithdrawReply {}

  /** This amount is held for the payment. */
  public record Held(BillId bill, Money amount) implements ReserveReply {}

  /** Nothing is held for the payment that asked. */
  public record NotHeld(BillId bill, Refusal refusal) implements ReserveReply {}

  public record Found(View bill) implements GetReply {}

  public record Refused(Refusal refusal) implements PublishReply, WithdrawReply, GetReply {}

  // Events

  public sealed interface Event extends JournalEvent {
    BillId bill();
  }

  public record BillPublished(BillId bill, BillContent content, Instant at) implements Event {}

  public record BillChanged(BillId bill, BillContent content, Instant at) implements Event {}

  public record BillWithdrawn(BillId bill, ParticipantId by, Instant at) implements Event {}

  public record Reserved(
      BillId bill, String payment, ParticipantId participant, Money amount, Instant at)
      implements Event {}

  public record Settled(BillId bill, String payment, Instant at) implements Event {}

  public record Released(BillId bill, String payment, Instant at) implements Event {}

  public record Returned(BillId bill, String payment, String returnId, Money amount, Instant at)
      implements Event {}

  private final BillId id;
  private final InstantSource clock;

  public static Behavior<Command> create(BillId id, InstantSource clock) {
    return new Bill(id, clock);
  }

  private Bill(BillId id, InstantSource clock) {
    super(PersistenceId.of(TYPE_KEY.name(), id.entityId()));
    this.id = id;
    this.clock = clock;
  }

  @Override
  public BillState emptyState() {
    return new Unpublished();
  }

  @Override
  public CommandHandlerWithReply<Command, Event, BillState> commandHandler() {
    return (state, command) ->
        decide(id, state, command, clock.instant()).toEffect(Effect(), () -> {});
  }

  @Override
  public EventHandler<BillState, Event> eventHandler() {
    return BillState::apply;
  }

  /** What a bill in this state makes of a command at this instant. */
  public static Decision<Event> decide(BillId id, BillState state, Command command, Instant now) {
    return switch (command) {
      case Publish c -> publish(id, state, c, now);
      case Withdraw c -> withdraw(id, state, c, now);
      case Get c -> Decision.reply(c.replyTo(), get(id, state, now));
      case Reserve c -> reserve(id, state, c, now);
      case Settle c -> settle(id, state, c, now);
      case Release c -> release(id, state, c, now);
      case ApplyReturn c -> applyReturn(id, state, c, now);
    };
  }

  private static Decision<Event> publish(BillId id, BillState state, Publish c, Instant now) {
    return switch (state) {
      case Unpublished() -> {
        var event = new BillPublished(id, c.content(), now);
        yield done(event, true, id, state, now, c.replyTo());
      }
      case Published p when p.content().equals(c.content()) || p.isTouched() -> {
        boolean same = p.content().saysTheSameAs(c.content());
        yield Decision.reply(
            c.replyTo(),
            same ? new Done(false, p.viewOf(id, now)) : refused(Rejection.BILL_LOCKED));
      }
      case Published p ->
          done(new BillChanged(id, c.content(), now), false, id, p, now, c.replyTo());
      case Withdrawn w -> Decision.reply(c.replyTo(), refused(Rejection.BILL_WITHDRAWN));
    };
  }

  private static Decision<Event> done(
      Event event,
      boolean created,
      BillId id,
      BillState before,
      Instant now,
      ActorRef<? super Done> replyTo) {
    View view = before.apply(event).view(id, now).orElseThrow();
    return Decision.persist(event).then(replyTo, new Done(created, view));
  }

  private static Decision<Event> withdraw(BillId id, BillState state, Withdraw c, Instant now) {
    return switch (state) {
      case Unpublished() -> Decision.reply(c.replyTo(), refused(Rejection.BILL_UNKNOWN));
      case Withdrawn w -> Decision.reply(c.replyTo(), new Done(false, w.viewOf(id, now)));
      case Published p when !p.reservations().isEmpty() ->
          Decision.reply(c.replyTo(), refused(Rejection.BILL_RESERVED));
      case Published p when p.due().isZero() ->
          Decision.reply(c.replyTo(), refused(Rejection.BILL_PAID));
      case Published p -> done(new BillWithdrawn(id, c.by(), now), false, id, p, now, c.replyTo());
    };
  }

  private static GetReply get(BillId id, BillState state, Instant now) {
    Optional<View> view = state.view(id, now);
    return view.isPresent() ? new Found(view.get()) : refused(Rejection.BILL_UNKNOWN);
  }

  private static Decision<Event> reserve(BillId id, BillState state, Reserve c, Instant now) {
    return switch (state) {
      case Unpublished() -> notHeld(id, Refusal.of(Rejection.BILL_UNKNOWN, "bill"), c);
      case Withdrawn w -> notHeld(id, Refusal.of(Rejection.BILL_WITHDRAWN), c);
      case Published p -> {
        Money held = p.amountOf(c.payment());
        if (held != null) {
          yield held.equals(c.amount())
              ? Decision.reply(c.replyTo(), new Held(id, held))
              : notHeld(id, Refusal.of(Rejection.IDEMPOTENCY_KEY_REUSED), c);
        }
        Optional<Refusal> refusal = p.judge(c.amount(), now);
        yield refusal.isPresent()
            ? notHeld(id, refusal.get(), c)
            : Decision.<Event>persist(
                    new Reserved(id, c.payment(), c.participant(), c.amount(), now))
                .then(c.replyTo(), new Held(id, c.amount()));
      }
    };
  }

  private static Decision<Event> notHeld(BillId id, Refusal refusal, Reserve c) {
    return Decision.reply(c.replyTo(), new NotHeld(id, refusal));
  }

  private static Decision<Event> settle(BillId id, BillState state, Settle c, Instant now) {
    Published p = state.published();
    if (p.payments().containsKey(c.payment())) {
      return Decision.nothing();
    }
    if (!p.reservations().containsKey(c.payment())) {
      throw new IllegalStateException("a payment was committed without a reservation");
    }
    return Decision.persist(new Settled(id, c.payment(), now));
  }

  private static Decision<Event> release(BillId id, BillState state, Release c, Instant now) {
    if (!(state instanceof Published p)) {
      return Decision.nothing();
    }
    if (p.payments().containsKey(c.payment())) {
      throw new IllegalStateException("a settled payment was given up");
    }
    return p.reservations().containsKey(c.payment())
        ? Decision.persist(new Released(id, c.payment(), now))
        : Decision.nothing();
  }

  private static Decision<Event> applyReturn(
      BillId id, BillState state, ApplyReturn c, Instant now) {
    Published p = state.published();
    if (p.returns().contains(c.returnId())) {
      return Decision.nothing();
    }
    var returned = new Returned(id, c.payment(), c.returnId(), c.amount(), now);
    // A return implies the commitment, should the news of it have been lost.
    return p.payments().containsKey(c.payment())
        ? Decision.persist(returned)
        : Decision.persist(List.of(new Settled(id, c.payment(), now), returned));
  }

  private static Refused refused(Rejection rejection) {
    return new Refused(Refusal.of(rejection));
  }
}
