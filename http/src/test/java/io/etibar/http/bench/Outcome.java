package io.etibar.http.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario came to.
 *
 * @param perSecond answers 201 a second: at the peak, or as goodput under overload
 * @param latency the run that the percentiles are from
 * @param floorPerSecond what {@code perSecond} is held against
 * @param floorIs what that is, in words
 * @param target what the ratio of both should reach
 * @param cost what a payment cost, by name
 * @param floor the clients' figures behind the floor, where it is JDBC's
 */
record Outcome(
    String name,
    double perSecond,
    Measured latency,
    String latencyIs,
    double floorPerSecond,
    String floorIs,
    double target,
    Map<String, Double> cost,
    Floor.@Nullable Result floor) {

  double ratio() {
    return floorPerSecond == 0 ? 0 : perSecond / floorPerSecond;
  }

  double p50Ms() {
    return latency.percentileMs(50);
  }

  double p99Ms() {
    return latency.percentileMs(99);
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("perSecond", rounded(perSecond));
    json.put("p50Ms", rounded(p50Ms()));
    json.put("p99Ms", rounded(p99Ms()));
    json.put("floorPerSecond", rounded(floorPerSecond));
    json.put("ratio", Math.round(ratio() * 1000) / 1000.0);
    json.put("target", target);
    json.put("latencyIs", latencyIs);
    json.put("floorIs", floorIs);
    json.put("statuses", latency.statuses());
    json.put("unsent", latency.unsent());
    json.put("perPayment", cost);
    if (floor != null) {
      json.put("floorSelects", floor.work().selects());
      json.put("floorInserts", floor.work().inserts());
      json.put("floorCommits", floor.work().commits());
      Map<String, Object> byClients = new LinkedHashMap<>();
      floor.byClients().forEach((n, rate) -> byClients.put(n.toString(), rounded(rate)));
      json.put("floorByClients", byClients);
    }
    return json;
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
