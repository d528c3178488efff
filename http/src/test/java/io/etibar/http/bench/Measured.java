package io.etibar.http.bench;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What one run of load came to.
 *
 * @param seconds the length of the steady part
 * @param created answers 201 that came within the steady part
 * @param statuses all answers of the steady part by status; 0 is a connection that broke
 * @param unsent requests whose time had come in the steady part, and for which no connection was
 *     free until its end
 * @param latencyMicros of answers 201, from the time the request was to be sent
 * @param samples the first answer of each status that is not 201
 */
record Measured(
    double seconds,
    long created,
    Map<Integer, Long> statuses,
    long unsent,
    Histogram latencyMicros,
    Map<Integer, String> samples) {

  double perSecond() {
    return created / seconds;
  }

  double percentileMs(double percentile) {
    return latencyMicros.getValueAtPercentile(percentile) / 1000.0;
  }

  /** Counts while a run goes on. */
  static final class Counter {
    private final long[] statuses = new long[600];
    private final Map<Integer, String> samples = new TreeMap<>();
    private final Histogram latencyMicros = new Histogram(600_000_000L, 3);
    private long created;

    void created(long latencyNanos) {
      created++;
      late(latencyNanos);
    }

    /** Also counts the latency of what never came, so that the percentiles do not flatter. */
    void late(long latencyNanos) {
      latencyMicros.recordValue(Math.min(599_000_000L, Math.max(0, latencyNanos / 1000)));
    }

    void status(int status) {
      statuses[status]++;
    }

    boolean wantsSample(int status) {
      return status != 201 && !samples.containsKey(status);
    }

    void sample(int status, String text) {
      samples.put(status, text);
    }

    Measured result(double seconds, long unsent) {
      Map<Integer, Long> counts = new TreeMap<>();
      for (int status = 0; status < statuses.length; status++) {
        if (statuses[status] > 0) {
          counts.put(status, statuses[status]);
        }
      }
      return new Measured(seconds, created, counts, unsent, latencyMicros, samples);
    }
  }
}
