package io.etibar.http.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.compat.java8.FutureConverters;
import scala.concurrent.ExecutionContext;

/**
 * Asks entities and ports, each for a bounded time, and says what it means when no answer comes.
 */
public final class Asks {
  private static final Logger LOG = LoggerFactory.getLogger(Asks.class);

  private static final Set<Problem> UNANSWERED =
      EnumSet.of(Problem.UNAVAILABLE, Problem.OUTCOME_UNKNOWN);

  /** Between two attempts of one who waits. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final long WARNING_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Scheduler scheduler;
  private final Duration timeout;
  private final AtomicLong lastWarning =
      new AtomicLong(System.nanoTime() - 2 * WARNING_INTERVAL_NANOS);

  /**
   * @param timeout how long an answer is waited for
   */
  public Asks(ActorSystem<?> system, Duration timeout) {
    this.scheduler = system.scheduler();
    this.timeout = timeout;
  }

  /** Asks what changes nothing: without an answer it fails with {@code UNAVAILABLE}. */
  public <C, R> CompletionStage<R> read(RecipientRef<C> entity, Function<ActorRef<R>, C> command) {
    return ask(entity, command, Problem.UNAVAILABLE);
  }

  /** Asks what may change something: without an answer it fails with {@code OUTCOME_UNKNOWN}. */
  public <C, R> CompletionStage<R> write(RecipientRef<C> entity, Function<ActorRef<R>, C> command) {
    return ask(entity, command, Problem.OUTCOME_UNKNOWN);
  }

  private <C, R> CompletionStage<R> ask(
      RecipientRef<C> entity, Function<ActorRef<R>, C> command, Problem otherwise) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    // Akka's own stage would go on in the common pool; this goes on in the thread that brings the
    // answer.
    FutureConverters.toScala(AskPattern.<C, R>ask(entity, command, timeout, scheduler))
        .onComplete(
            outcome -> {
              if (outcome.isSuccess()) {
                return answer.complete(outcome.get());
              }
              return answer.completeExceptionally(problem(outcome.failed().get(), otherwise));
            },
            ExecutionContext.parasitic$.MODULE$);
    return answer;
  }

  /** Asks a port that only reads: without an answer it fails with {@code UNAVAILABLE}. */
  public <R> CompletionStage<R> port(Supplier<CompletionStage<R>> call) {
    // A port has limits of its own; this one holds should they ever fail to.
    return call.get()
        .toCompletableFuture()
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            failure -> {
              throw problem(failure, Problem.UNAVAILABLE);
            });
  }

  /**
   * Repeats a call that got no answer, until this time is over: for those who cannot be told to
   * come back later. An entity that lived on a node that was killed is away for some seconds.
   *
   * @param call may be repeated without harm
   */
  public <R> CompletionStage<R> untilAnswered(
      Duration patience, Supplier<CompletionStage<R>> call) {
    return untilAnswered(System.nanoTime() + patience.toNanos(), call);
  }

  private <R> CompletionStage<R> untilAnswered(long end, Supplier<CompletionStage<R>> call) {
    return call.get()
        .exceptionallyCompose(
            failure -> {
              if (!isUnanswered(cause(failure)) || System.nanoTime() - end > 0) {
                return CompletableFuture.failedStage(failure);
              }
              Executor later =
                  CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
              return CompletableFuture.supplyAsync(() -> untilAnswered(end, call), later)
                  .thenCompose(again -> again);
            });
  }

  private static boolean isUnanswered(Throwable cause) {
    return cause instanceof ProblemException e && UNANSWERED.contains(e.details().problem());
  }

  private RuntimeException problem(Throwable failure, Problem otherwise) {
    Throwable cause = cause(failure);
    if (cause instanceof ProblemException || cause instanceof IllegalArgumentException) {
      return (RuntimeException) cause;
    }
    // Timeouts come by the thousand when something is down, and are counted by their status.
    long now = System.nanoTime();
    long last = lastWarning.get();
    if (!(cause instanceof TimeoutException)
        && now - last > WARNING_INTERVAL_NANOS
        && lastWarning.compareAndSet(last, now)) {
      LOG.warn("No answer, and perhaps not the only one: {}", cause.toString());
    }
    return new ProblemException(otherwise);
  }

  /** What went wrong, out of the wrapping that stages put around it. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
