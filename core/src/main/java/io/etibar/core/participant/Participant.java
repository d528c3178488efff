package io.etibar.core.participant;

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
import io.etibar.core.money.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A bank, agency, channel or operator. Its life: registered, suspended ⇄ restored. */
public final class Participant
    extends EventSourcedBehaviorWithEnforcedReplies<
        Participant.Command, Participant.Event, Participant.State> {

  public static final EntityTypeKey<Command> TYPE_KEY =
      EntityTypeKey.create(Command.class, "Participant");

  /**
   * What an operator says of a participant.
   *
   * @param keys public keys as JSON Web Keys (RFC 7517), with which it signs its assertions
   * @param limits bounds of what it may do
   */
  public record Profile(String name, Role role, List<String> keys, Limits limits) {
    public Profile {
      keys = List.copyOf(keys);
    }
  }

  /**
   * Bounds of what a participant may do.
   *
   * @param requestsPerSecond how many requests a second one node takes from it
   * @param maxPayment the greatest single payment, without a bound where absent
   */
  public record Limits(int requestsPerSecond, @Nullable Money maxPayment) {
    public Limits {
      if (requestsPerSecond < 1 || requestsPerSecond > 1_000_000) {
        throw new IllegalArgumentException("must be 1 to 1000000");
      }
    }
  }

  /** A participant as others see it. */
  public record View(ParticipantId id, Profile profile, Status status) implements ClusterMessage {}

  // Commands

  public sealed interface Command extends ClusterMessage {}

  /** Registers the participant, or amends, suspends or restores it. */
  public record Put(Profile profile, Status status, Action action, ActorRef<PutReply> replyTo)
      implements Command {}

  public record Get(ActorRef<GetReply> replyTo) implements Command {}

  // Replies

  /**
   * @param created whether the participant was unknown before
   */
  public record PutReply(boolean created, View participant) implements ClusterMessage {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Found.class, name = "found"),
    @JsonSubTypes.Type(value = NotFound.class, name = "notFound")
  })
  public sealed interface GetReply extends ClusterMessage {}

  public record Found(View participant) implements GetReply {}

  public record NotFound(Refusal refusal) implements GetReply {}

  // Events

  public sealed interface Event extends JournalEvent {
    ParticipantId participant();
  }

  public record Registered(ParticipantId participant, Profile profile, Action action, Instant at)
      implements Event {}

  public record Amended(ParticipantId participant, Profile profile, Action action, Instant at)
      implements Event {}

  public record Suspended(ParticipantId participant, Action action, Instant at) implements Event {}

  public record Restored(ParticipantId participant, Action action, Instant at) implements Event {}

  // States

  public sealed interface State {}

  public record Unregistered() implements State {}

  public record Member(Profile profile, Status status) implements State {}

  private final ParticipantId id;
  private final InstantSource clock;

  public static Behavior<Command> create(ParticipantId id, InstantSource clock) {
    return new Participant(id, clock);
  }

  private Participant(ParticipantId id, InstantSource clock) {
    super(PersistenceId.of(TYPE_KEY.name(), id.value()));
    this.id = id;
    this.clock = clock;
  }

  @Override
  public State emptyState() {
    return new Unregistered();
  }

  @Override
  public CommandHandlerWithReply<Command, Event, State> commandHandler() {
    return (state, command) -> decide(state, command).toEffect(Effect(), () -> {});
  }

  @Override
  public EventHandler<State, Event> eventHandler() {
    return Participant::apply;
  }

  private Decision<Event> decide(State state, Command command) {
    return switch (command) {
      case Put put -> put(state, put);
      case Get get -> Decision.reply(get.replyTo(), get(state));
    };
  }

  private Decision<Event> put(State state, Put put) {
    Instant now = clock.instant();
    List<Event> events = new ArrayList<>();
    Status before = Status.ACTIVE;
    switch (state) {
      case Unregistered() -> events.add(new Registered(id, put.profile(), put.action(), now));
      case Member member -> {
        before = member.status();
        if (!member.profile().equals(put.profile())) {
          events.add(new Amended(id, put.profile(), put.action(), now));
        }
      }
    }
    if (put.status() != before) {
      events.add(
          switch (put.status()) {
            case SUSPENDED -> new Suspended(id, put.action(), now);
            case ACTIVE -> new Restored(id, put.action(), now);
          });
    }
    var view = new View(id, put.profile(), put.status());
    return Decision.persist(events)
        .then(put.replyTo(), new PutReply(state instanceof Unregistered, view));
  }

  private GetReply get(State state) {
    return switch (state) {
      case Unregistered() -> new NotFound(Refusal.of(Rejection.PARTICIPANT_UNKNOWN));
      case Member member -> new Found(new View(id, member.profile(), member.status()));
    };
  }

  private static State apply(State state, Event event) {
    return switch (event) {
      case Registered e -> new Member(e.profile(), Status.ACTIVE);
      case Amended e -> new Member(e.profile(), member(state).status());
      case Suspended e -> new Member(member(state).profile(), Status.SUSPENDED);
      case Restored e -> new Member(member(state).profile(), Status.ACTIVE);
    };
  }

  private static Member member(State state) {
    return switch (state) {
      case Member member -> member;
      case Unregistered() ->
          throw new IllegalStateException("event of an unregistered participant");
    };
  }
}
