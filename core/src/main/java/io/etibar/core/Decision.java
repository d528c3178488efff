package io.etibar.core;

import akka.actor.typed.RecipientRef;
import akka.persistence.typed.javadsl.EffectFactories;
import akka.persistence.typed.javadsl.ReplyEffect;
import java.util.ArrayList;
import java.util.List;

/**
 * What an entity makes of a command: the events to store, and the messages to send once these are
 * durable. A decision is plain data, so that a test can drop, repeat or reorder its parts.
 *
 * @param <E> the entity's events
 * @param events stored together, in this order, before anything is sent
 * @param sends sent in this order after the events are durable; lost when the node dies in between
 * @param ended whether nothing more is expected of the entity, so that it may leave the memory
 */
public record Decision<E>(List<E> events, List<Send<?>> sends, boolean ended) {

  /** A message and whom it goes to. */
  public record Send<M>(RecipientRef<M> to, M message) {
    /** Sends the message. */
    public void deliver() {
      to.tell(message);
    }
  }

  public Decision {
    events = List.copyOf(events);
    sends = List.copyOf(sends);
  }

  /** Stores nothing and sends nothing. */
  public static <E> Decision<E> nothing() {
    return new Decision<>(List.of(), List.of(), false);
  }

  /** Stores one event. */
  public static <E> Decision<E> persist(E event) {
    return new Decision<>(List.of(event), List.of(), false);
  }

  /** Stores these events together. */
  public static <E> Decision<E> persist(List<E> events) {
    return new Decision<>(events, List.of(), false);
  }

  /** Stores nothing and sends one message. */
  public static <E, M> Decision<E> reply(RecipientRef<M> to, M message) {
    return Decision.<E>nothing().then(to, message);
  }

  /** The same, and one more message. */
  public <M> Decision<E> then(RecipientRef<M> to, M message) {
    List<Send<?>> all = new ArrayList<>(sends);
    all.add(new Send<>(to, message));
    return new Decision<>(events, all, ended);
  }

  /** The same, and the entity has ended. */
  public Decision<E> andEnd() {
    return new Decision<>(events, sends, true);
  }

  /**
   * This decision as an effect of an event-sourced behavior.
   *
   * @param passivate run last when the entity has ended
   */
  public <S> ReplyEffect<E, S> toEffect(EffectFactories<E, S> effect, Runnable passivate) {
    var builder = events.isEmpty() ? effect.none() : effect.persist(events);
    return builder
        .thenRun(
            () -> {
              sends.forEach(Send::deliver);
              if (ended) {
                passivate.run();
              }
            })
        .thenNoReply();
  }
}
