package io.etibar.core.biller;

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
import io.etibar.core.participant.Action;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** One who collects payments. Its life: registered, suspended ⇄ restored. */
public final class Biller
    extends EventSourcedBehaviorWithEnforcedReplies<Biller.Command, Biller.Event, Biller.State> {

  public static final EntityTypeKey<Command> TYPE_KEY =
      EntityTypeKey.create(Command.class, "Biller");

  /** A biller as others see it. */
  public record View(BillerId id, Terms terms, Status status) implements ClusterMessage {}

  // Commands

  public sealed interface Command extends ClusterMessage {}

  /** Registers the biller, or amends, suspends or restores it. */
  public record Put(Terms terms, Status status, Action action, ActorRef<PutReply> replyTo)
      implements Command {}

  public record Get(ActorRef<GetReply> replyTo) implements Command {}

  // Replies

  /**
   * @param created whether the biller was unknown before
   */
  public record PutReply(boolean created, View biller) implements ClusterMessage {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Found.class, name = "found"),
    @JsonSubTypes.Type(value = NotFound.class, name = "notFound")
  })
  public sealed interface GetReply extends ClusterMessage {}

  public record Found(View biller) implements GetReply {}

  public record NotFound(Refusal refusal) implements GetReply {}

  // Events

  public sealed interface Event extends JournalEvent {
    BillerId biller();
  }

  public record Registered(BillerId biller, Terms terms, Action action, Instant at)
      implements Event {}

  public record Amended(BillerId biller, Terms terms, Action action, Instant at) implements Event {}

  public record Suspended(BillerId biller, Action action, Instant at) implements Event {}

  public record Restored(BillerId biller, Action action, Instant at) implements Event {}

  // States

  public sealed interface State {}

  public record Unregistered() implements State {}

  public record Member(Terms terms, Status status) implements State {}

  private final BillerId id;
  private final InstantSource clock;

  public static Behavior<Command> create(BillerId id, InstantSource clock) {
    return new Biller(id, clock);
  }

  private Biller(BillerId id, InstantSource clock) {
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
    return Biller::apply;
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
      case Unregistered() -> events.add(new Registered(id, put.terms(), put.action(), now));
      case Member member -> {
        before = member.status();
        if (!member.terms().equals(put.terms())) {
          events.add(new Amended(id, put.terms(), put.action(), now));
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
    var view = new View(id, put.terms(), put.status());
    return Decision.persist(events)
        .then(put.replyTo(), new PutReply(state instanceof Unregistered, view));
  }

  private GetReply get(State state) {
    return switch (state) {
      case Unregistered() -> new NotFound(Refusal.of(Rejection.BILLER_UNKNOWN));
      case Member member -> new Found(new View(id, member.terms(), member.status()));
    };
  }

  private static State apply(State state, Event event) {
    return switch (event) {
      case Registered e -> new Member(e.terms(), Status.ACTIVE);
      case Amended e -> new Member(e.terms(), member(state).status());
      case Suspended e -> new Member(member(state).terms(), Status.SUSPENDED);
      case Restored e -> new Member(member(state).terms(), Status.ACTIVE);
    };
  }

  private static Member member(State state) {
    return switch (state) {
      case Member member -> member;
      case Unregistered() -> throw new IllegalStateException("event of an unregistered biller");
    };
  }
}
