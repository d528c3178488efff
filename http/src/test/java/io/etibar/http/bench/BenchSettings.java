package io.etibar.http.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is measured and for how long, from system properties.
 *
 * @param only {@code bench.only}: the scenarios, separated by commas; all of them where it is empty
 * @param steady {@code bench.seconds}: the length of each steady part
 * @param warmUp {@code bench.warmup}: the seconds of load before the first steady part
 * @param payments {@code bench.payments}: where it is more than 0, so many payments are streamed in
 *     the end, and the heap that is left over is reported
 * @param recording {@code bench.jfr}: whether the node is profiled in each scenario
 * @param nodeJvm {@code bench.jvm}: what the node's Java is started with
 * @param report {@code bench.dir}: where the outcome is written
 */
record BenchSettings(
    Set<Scenario> only,
    Duration steady,
    Duration warmUp,
    long payments,
    boolean recording,
    List<String> nodeJvm,
    Path report) {

  /** Throughput before the shortest pauses; objects' heads of 8 bytes where the Java knows them. */
  private static final String NODE_JVM =
      "-Xmx2g -XX:+UseParallelGC -XX:+IgnoreUnrecognizedVMOptions -XX:+UseCompactObjectHeaders";

  /** What is measured. Overload has its peak from {@code ADHOC}, and so measures that as well. */
  enum Scenario {
    ADHOC,
    BILL,
    BULK,
    OVERLOAD
  }

  static BenchSettings fromProperties() {
    Set<Scenario> only = new TreeSet<>();
    for (String name : System.getProperty("bench.only", "").split(",", -1)) {
      if (!name.isBlank()) {
        only.add(Scenario.valueOf(name.strip().toUpperCase(Locale.ROOT)));
      }
    }
    if (only.isEmpty() && !isSet("bench.only")) {
      only.addAll(List.of(Scenario.values()));
    }
    return new BenchSettings(
        only,
        Duration.ofSeconds(Long.getLong("bench.seconds", 15)),
        Duration.ofSeconds(Long.getLong("bench.warmup", 45)),
        Long.getLong("bench.payments", 0),
        Boolean.getBoolean("bench.jfr"),
        Arrays.stream(
                (isSet("bench.jvm") ? System.getProperty("bench.jvm") : NODE_JVM).split(" ", -1))
            .filter(option -> !option.isBlank())
            .toList(),
        Path.of(System.getProperty("bench.dir", "target/bench")));
  }

  private static boolean isSet(String name) {
    return !System.getProperty(name, "").isBlank();
  }

  boolean runs(Scenario scenario) {
    return only.contains(scenario);
  }
}
