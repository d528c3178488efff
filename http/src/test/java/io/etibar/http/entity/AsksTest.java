package io.etibar.http.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AsksTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private final Asks asks = new Asks(KIT.system(), Duration.ofSeconds(1));
  private final AtomicInteger calls = new AtomicInteger();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void whoCanWaitIsAnsweredInTheEnd() {
    List<CompletionStage<String>> answers =
        List.of(
            failed(Problem.UNAVAILABLE),
            failed(Problem.OUTCOME_UNKNOWN),
            CompletableFuture.completedStage("there"));

    var answer =
        asks.untilAnswered(Duration.ofSeconds(20), () -> answers.get(calls.getAndIncrement()));

    assertEquals("there", answer.toCompletableFuture().join());
    assertEquals(3, calls.get());
  }

  @Test
  void patienceEnds() {
    assertEquals(Problem.UNAVAILABLE, problem(Problem.UNAVAILABLE, Duration.ofMillis(300)));
    assertTrue(calls.get() > 1);
  }

  @Test
  void aRefusalIsAnAnswer() {
    assertEquals(
        Problem.PARTICIPANT_UNKNOWN, problem(Problem.PARTICIPANT_UNKNOWN, Duration.ofSeconds(20)));
    assertEquals(1, calls.get());
  }

  private Problem problem(Problem given, Duration patience) {
    var answer =
        asks.untilAnswered(
            patience,
            () -> {
              calls.incrementAndGet();
              return failed(given);
            });
    var failure =
        assertThrows(CompletionException.class, () -> answer.toCompletableFuture().join());
    return ((ProblemException) Asks.cause(failure)).details().problem();
  }

  private static CompletionStage<String> failed(Problem problem) {
    return CompletableFuture.failedStage(new ProblemException(problem));
  }
}
