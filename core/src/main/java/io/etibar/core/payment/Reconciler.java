package io.etibar.core.payment;

import akka.actor.typed.Behavior;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.etibar.core.payment.OpenReservations.Open;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Sees to it that no reservation stays open: asks each payment whose bill has waited too long to
 * tell its news again, or to give itself up. A cluster singleton; it keeps nothing that another
 * could not read again.
 */
public final class Reconciler {

  /** How many payments are asked at once; the rest follow with the next tick. */
  static final int BATCH = 500;

  /** What the reconciler is told, by itself alone. */
  public sealed interface Command {}

  private record Tick() implements Command {}

  private record Listed(List<Open> open) implements Command {}

  private record ListingFailed(Throwable cause) implements Command {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final OpenReservations reservations;
  private final Function<PaymentId, RecipientRef<Payment.Command>> payments;
  private final InstantSource clock;
  private final Duration patience;
  private final Duration interval;
  private boolean failing;

  /**
   * @param patience how long a reservation may stay open before its payment is asked
   * @param interval how often is looked
   */
  public static Behavior<Command> create(
      OpenReservations reservations,
      Function<PaymentId, RecipientRef<Payment.Command>> payments,
      InstantSource clock,
      Duration patience,
      Duration interval) {
    Behavior<Command> behavior =
        Behaviors.setup(
            context ->
                Behaviors.withTimers(
                    timers ->
                        new Reconciler(
                                context, timers, reservations, payments, clock, patience, interval)
                            .idle()));
    // A singleton that fails is not started again while its node lives. This one begins with its
    // interval, so that it never fails without a pause.
    return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart());
  }

  private Reconciler(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      OpenReservations reservations,
      Function<PaymentId, RecipientRef<Payment.Command>> payments,
      InstantSource clock,
      Duration patience,
      Duration interval) {
    this.context = context;
    // Akka would name the logger after a class of its own, of which only warnings are logged.
    context.setLoggerName(Reconciler.class);
    this.timers = timers;
    this.reservations = reservations;
    this.payments = payments;
    this.clock = clock;
    this.patience = patience;
    this.interval = interval;
  }

  private Behavior<Command> idle() {
    timers.startSingleTimer(new Tick(), interval);
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Tick() -> look();
              case Listed listed -> Behaviors.unhandled();
              case ListingFailed failed -> Behaviors.unhandled();
            });
  }

  private Behavior<Command> look() {
    context.pipeToSelf(
        list(), (open, failure) -> failure == null ? new Listed(open) : new ListingFailed(failure));
    return Behaviors.receiveMessage(
        command ->
            switch (command) {
              case Listed(var open) -> {
                recovered();
                ask(open);
                yield idle();
              }
              case ListingFailed(var cause) -> {
                complain(cause);
                yield idle();
              }
              case Tick() -> Behaviors.unhandled();
            });
  }

  private CompletionStage<List<Open>> list() {
    try {
      return reservations.openSince(clock.instant().minus(patience), BATCH);
    } catch (RuntimeException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** Once an outage, and not at each look. */
  private void complain(Throwable cause) {
    if (!failing) {
      context.getLog().warn("Open reservations cannot be listed: {}", cause.toString());
    }
    failing = true;
  }

  private void recovered() {
    if (failing) {
      context.getLog().info("Open reservations are listed again");
    }
    failing = false;
  }

  private void ask(List<Open> open) {
    if (!open.isEmpty()) {
      context.getLog().info("Asking {} payments for news of their bills", open.size());
    }
    for (Open one : open) {
      payments.apply(one.payment()).tell(new Payment.Reconcile(one.bill(), one.participant()));
    }
  }
}
