package io.etibar.persistence.log;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Figures of the log: how far the sequencer is behind the journal, and how it appends. */
public final class LogMetrics {
  private final DistributionSummary batch;
  private final Timer appendTime;
  private volatile double unsequencedSeconds = Double.NaN;

  /** Publishes to this registry. */
  public LogMetrics(MeterRegistry registry) {
    this.batch =
        DistributionSummary.builder("etibar.log.append.batch")
            .description("Events that got their indexes in one transaction")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    this.appendTime =
        Timer.builder("etibar.log.append")
            .description("Time of such a transaction")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
    registry
        .more()
        .timeGauge(
            "etibar.log.lag",
            java.util.List.of(),
            this,
            TimeUnit.SECONDS,
            metrics -> metrics.unsequencedSeconds);
  }

  void appended(int events, long nanos) {
    batch.record(events);
    appendTime.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Age of the oldest event without an index, zero where there is none. */
  void unsequencedAge(Duration age) {
    unsequencedSeconds = age.toNanos() / 1e9;
  }

  /** The sequencer runs on another node, which publishes the figure. */
  void notSequencing() {
    unsequencedSeconds = Double.NaN;
  }
}
