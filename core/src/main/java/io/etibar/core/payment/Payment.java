package io.etibar.core.payment;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandlerWithReply;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.etibar.core.ClusterMessage;
import io.etibar.core.JournalEvent;
import io.etibar.core.Refusal;
import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillId;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.BudgetCode;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A payment. Its life: Received → Committed → (returns); Rejected, Aborted. Received is not stored:
 * a payment that never got further can be asked for again, or is given up when its bill wants to
 * know.
 */
public final class Payment
    extends EventSourcedBehaviorWithEnforcedReplies<Payment.Command, Payment.Event, PaymentState> {

  public static final EntityTypeKey<Command> TYPE_KEY =
      EntityTypeKey.create(Command.class, "Payment");

  /** How many returns one payment can have: its state is held in memory whole. */
  public static final int MAX_RETURNS = 100;

  /**
   * A committed payment.
   *
   * @param budget where it belongs, as the biller's terms were when it was committed
   */
  public record Receipt(
      PaymentId id, Instruction instruction, BudgetCode budget, Instant committedAt) {}

  /** A part of a payment, or all of it, that the biller gave back. */
  public record Return(
      ReturnId id, Money amount, ReturnReason reason, ParticipantId by, Instant returnedAt) {}

  // Commands

  public sealed interface Command extends ClusterMessage {}

  /**
   * Makes the payment, or answers what became of it.
   *
   * @param biller as the edge knows it, or null where there is no such biller
   * @param maxPayment the participant's bound of a single payment, or null
   */
  public record Submit(
      Instruction instruction,
      Biller.@Nullable View biller,
      @Nullable Money maxPayment,
      ActorRef<SubmitReply> replyTo)
      implements Command {}

  public record Get(ActorRef<GetReply> replyTo) implements Command {}

  /** Gives back a part of the payment, once for each return id. */
  public record GiveBack(
      ReturnId id,
      Money amount,
      ReturnReason reason,
      ParticipantId by,
      ActorRef<ReturnReply> replyTo)
      implements Command {

    public GiveBack {
      if (amount.isZero()) {
        throw new IllegalArgumentException("a return of nothing");
      }
    }
  }

  /**
   * Asks a payment whose news did not reach its bill in time to tell it again, or to give itself
   * up.
   *
   * @param bill where a reservation or a return is open
   * @param participant who asked for the payment, as the reservation says
   */
  public record Reconcile(BillId bill, ParticipantId participant) implements Command {}

  /** The bill's answer to the reservation. */
  record BillAnswered(Bill.ReserveReply reply) implements Command {}

  // Replies

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Committed.class, name = "committed"),
    @JsonSubTypes.Type(value = Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = Found.class, name = "found"),
    @JsonSubTypes.Type(value = GivenBack.class, name = "givenBack")
  })
  public sealed interface Reply extends ClusterMessage {}

  public sealed interface SubmitReply extends Reply {}

  public sealed interface GetReply extends Reply {}

  public sealed interface ReturnReply extends Reply {}

  /**
   * @param replayed whether this answers a repeated request
   */
  public record Committed(Receipt payment, boolean replayed) implements SubmitReply {}

  /**
   * @param replayed whether this answers a repeated request
   */
  public record Refused(Refusal refusal, boolean replayed)
      implements SubmitReply, GetReply, ReturnReply {}

  /** What became of the payment. Exactly one of {@code receipt} and {@code refusal} is there. */
  public record Found(
      PaymentId id,
      ParticipantId participant,
      @Nullable Instruction instruction,
      @Nullable Receipt receipt,
      @Nullable Refusal refusal,
      List<Return> returns)
      implements GetReply {}

  /**
   * @param replayed whether this answers a repeated request
   */
  public record GivenBack(Receipt payment, Return given, boolean replayed) implements ReturnReply {}

  // Events

  public sealed interface Event extends JournalEvent {
    PaymentId payment();
  }

  public record PaymentCommitted(
      PaymentId payment, Instruction instruction, BudgetCode budget, Instant at) implements Event {}

  public record PaymentRejected(
      PaymentId payment, Instruction instruction, Refusal refusal, Instant at) implements Event {}

  /** Given up for good: the bill had reserved, and nobody came to commit in time. */
  public record PaymentAborted(
      PaymentId payment, BillId bill, ParticipantId participant, Instant at) implements Event {}

  /**
   * @param bill the bill that becomes payable again, absent where there was none
   */
  public record PaymentReturned(
      PaymentId payment,
      ReturnId returnId,
      Money amount,
      ReturnReason reason,
      ParticipantId by,
      @Nullable BillId bill,
      Instant at)
      implements Event {}

  private final PaymentProcess process;
  private final Runnable passivate;

  /**
   * @param bills where the bill of a payment is reached
   * @param shard told when the payment has ended, so that it leaves the memory
   * @param reservationTimeout how long the bill's answer is waited for, before a repeated request
   *     asks again
   */
  public static Behavior<Command> create(
      PaymentId id,
      InstantSource clock,
      Function<BillId, RecipientRef<Bill.Command>> bills,
      ActorRef<ClusterSharding.ShardCommand> shard,
      Duration reservationTimeout) {
    return Behaviors.setup(
        context -> new Payment(context, id, clock, bills, shard, reservationTimeout));
  }

  private Payment(
      ActorContext<Command> context,
      PaymentId id,
      InstantSource clock,
      Function<BillId, RecipientRef<Bill.Command>> bills,
      ActorRef<ClusterSharding.ShardCommand> shard,
      Duration reservationTimeout) {
    super(PersistenceId.of(TYPE_KEY.name(), id.value()));
    Supplier<ActorRef<Bill.ReserveReply>> answerTo =
        () -> context.messageAdapter(Bill.ReserveReply.class, BillAnswered::new);
    this.process = new PaymentProcess(id, clock, bills, answerTo, reservationTimeout);
    this.passivate = () -> shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
  }

  @Override
  public PaymentState emptyState() {
    return new PaymentState.Unseen();
  }

  @Override
  public CommandHandlerWithReply<Command, Event, PaymentState> commandHandler() {
    return (state, command) -> process.decide(state, command).toEffect(Effect(), passivate);
  }

  @Override
  public EventHandler<PaymentState, Event> eventHandler() {
    return PaymentState::apply;
  }
}
