package io.etibar.http.management;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.http.management.Readiness.Check;
import io.etibar.http.management.Readiness.Outcome;
import io.etibar.http.management.Readiness.Report;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  @Test
  void isReadyWhenEveryCheckHolds() {
    Report report =
        report(check("a", () -> done(Outcome.ok("up"))), check("b", () -> done(Outcome.ok("18"))));

    assertTrue(report.isReady());
    assertEquals(List.of("a", "b"), List.copyOf(report.checks().keySet()));
  }

  @Test
  void oneCheckThatDoesNotHoldIsEnough() {
    Report report =
        report(
            check("a", () -> done(Outcome.ok("up"))),
            check("b", () -> done(Outcome.failed("down"))));

    assertFalse(report.isReady());
    assertEquals(Outcome.failed("down"), report.checks().get("b"));
  }

  @Test
  void aCheckThatFailsTellsNothingOfItsException() {
    Report report =
        report(
            check(
                "late",
                () ->
                    CompletableFuture.failedStage(
                        new IllegalStateException("jdbc:postgresql://secret"))),
            check(
                "now",
                () -> {
                  throw new IllegalStateException("jdbc:postgresql://secret");
                }));

    assertEquals(
        List.of(Outcome.failed("failed"), Outcome.failed("failed")),
        List.copyOf(report.checks().values()));
  }

  @Test
  void aCheckThatNeverAnswersIsNotWaitedFor() {
    CompletableFuture<Outcome> never = new CompletableFuture<>();
    Report report = report(check("a", () -> never));

    assertEquals(Outcome.failed("no answer in 50 ms"), report.checks().get("a"));
    assertFalse(never.isDone(), "the check's own stage is left alone");
  }

  private static Report report(Check... checks) {
    return new Readiness(Duration.ofMillis(50), List.of(checks))
        .report()
        .toCompletableFuture()
        .join();
  }

  private static Check check(String name, Supplier<CompletionStage<Outcome>> ask) {
    return new Check(name, ask);
  }

  private static CompletionStage<Outcome> done(Outcome outcome) {
    return CompletableFuture.completedStage(outcome);
  }
}
