package io.etibar.http.management;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Whether this node should be sent requests: every check holds. The checks run at the same time,
 * and one that does not answer within the timeout counts as failed.
 */
public final class Readiness {

  /**
   * What a check found.
   *
   * @param detail a few words for an operator; never an exception's text, which may carry addresses
   *     or data
   */
  @JsonPropertyOrder({"ok", "detail"})
  public record Outcome(boolean ok, String detail) {
    /** It holds. */
    public static Outcome ok(String detail) {
      return new Outcome(true, detail);
    }

    /** It does not hold. */
    public static Outcome failed(String detail) {
      return new Outcome(false, detail);
    }
  }

  /** A named condition, asked anew each time. */
  public record Check(String name, Supplier<CompletionStage<Outcome>> ask) {}

  /** The answer to {@code GET /ready}. */
  public record Report(Status status, SequencedMap<String, Outcome> checks) {

    /** Whether requests should come. */
    public enum Status {
      READY,
      NOT_READY
    }

    boolean isReady() {
      return status == Status.READY;
    }
  }

  private final Duration timeout;
  private final List<Check> checks;

  /**
   * @param timeout how long one check may take
   */
  public Readiness(Duration timeout, List<Check> checks) {
    this.timeout = timeout;
    this.checks = List.copyOf(checks);
  }

  /** Runs the checks. The stage never fails. */
  public CompletionStage<Report> report() {
    Map<String, CompletableFuture<Outcome>> running = new LinkedHashMap<>();
    for (Check check : checks) {
      running.put(check.name(), run(check));
    }
    return CompletableFuture.allOf(running.values().toArray(CompletableFuture[]::new))
        .thenApply(
            done -> {
              SequencedMap<String, Outcome> outcomes = new LinkedHashMap<>();
              running.forEach((name, outcome) -> outcomes.put(name, outcome.join()));
              boolean ready = outcomes.values().stream().allMatch(Outcome::ok);
              return new Report(ready ? Report.Status.READY : Report.Status.NOT_READY, outcomes);
            });
  }

  private CompletableFuture<Outcome> run(Check check) {
    CompletionStage<Outcome> asked;
    try {
      asked = check.ask().get();
    } catch (RuntimeException e) {
      asked = CompletableFuture.failedStage(e);
    }
    return asked
        .toCompletableFuture()
        .copy()
        .completeOnTimeout(
            Outcome.failed("no answer in " + timeout.toMillis() + " ms"),
            timeout.toMillis(),
            TimeUnit.MILLISECONDS)
        .exceptionally(e -> Outcome.failed("failed"));
  }
}
