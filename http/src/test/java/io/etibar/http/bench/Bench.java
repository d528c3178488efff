package io.etibar.http.bench;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.etibar.http.bench.BenchSettings.Scenario;
import io.etibar.http.demo.ApiClient;
import io.etibar.http.demo.EndWithParent;
import io.etibar.http.demo.Keys;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Runs the benchmark: {@code mvn -Pbench}. Three processes share the machine: the server, the node,
 * and this one, which makes the load; it is idle otherwise, so that the generator needs no process
 * of its own. See {@link BenchSettings} for what can be chosen.
 */
public final class Bench {
  private static final List<Integer> CONNECTIONS = List.of(128, 256, 512);
  private static final Duration WARM_STEP = Duration.ofSeconds(3);
  private static final Duration WARM_AT_MOST = Duration.ofMinutes(2);
  private static final double COLD_RATE = 3_000;

  /** How much more is provided for than was seen. */
  private static final double MARGIN = 1.5;

  /** More than the node holds in its memory. */
  private static final long BILLS_AHEAD = 30_000;

  private static final double WARM_GAIN = 1.05;
  private static final int WARM_WITHOUT_GAIN = 5;
  private static final Duration PROBE = Duration.ofSeconds(4);
  private static final Duration PROBE_SETTLE = Duration.ofSeconds(1);

  /** Opening the connections, and reading after what the load before has written, take a while. */
  private static final Duration SETTLE = Duration.ofSeconds(8);

  private static final Duration FLOOR = Duration.ofSeconds(2);
  private static final double SHARE_OF_PEAK = 0.7;
  private static final double OVERLOAD = 3;
  private static final double SINGLE_TARGET = 0.5;
  private static final double BULK_TARGET = 0.8;
  private static final double OVERLOAD_TARGET = 0.8;

  /** More than the node admits at once, so that none of the overload waits in the generator. */
  private static final int OVERLOAD_CONNECTIONS = 8_000;

  private static final int BULK_CONNECTIONS = 4;

  /** One new entity with one event. */
  private static final Floor.Work AD_HOC_WORK = new Floor.Work(1, 0, 1);

  /**
   * A new payment with one event; the bill, which has long left the memory, with its reservation
   * and its settlement. The settlement follows the answer, but its cost is the payment's.
   */
  private static final Floor.Work BILL_WORK = new Floor.Work(1, 1, 3);

  private final BenchSettings settings;
  private final BenchDatabase database;
  private final NodeProcess node;
  private final BenchWorld world;
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Map<Floor.Work, Floor.Result> floors = new HashMap<>();

  /** Processor seconds so far. */
  private record Cpu(double node, double server, double generator) {}

  private interface Load {
    Measured run() throws IOException, InterruptedException;
  }

  private interface Opener {
    LoadGenerator with(int connections) throws IOException, InterruptedException;
  }

  private interface Step {
    double rate(double best) throws IOException, InterruptedException;
  }

  private interface Supply {
    void of(double payments) throws IOException, InterruptedException;
  }

  /**
   * One way of paying.
   *
   * @param generator opens one with so many connections
   * @param supply sees to it that so many payments can be made
   */
  private record Kind(Opener generator, Supply supply) {}

  private record Peak(int connections, Measured measured, Map<String, Double> cost) {
    double rate() {
      return measured.perSecond();
    }
  }

  private Bench(
      BenchSettings settings, BenchDatabase database, NodeProcess node, BenchWorld world) {
    this.settings = settings;
    this.database = database;
    this.node = node;
    this.world = world;
  }

  public static void main(String[] arguments) throws Exception {
    BenchSettings settings = BenchSettings.fromProperties();
    Path directory = Files.createTempDirectory("etibar-bench-");
    List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(open, directory), "bench-close"));
    EndWithParent.watch();
    var database = BenchDatabase.start(Files.createDirectory(directory.resolve("database")));
    open.add(database);
    Keys keys = Keys.generate(BenchWorld.participants());
    say("starting the node");
    Path operator =
        Files.writeString(
            directory.resolve("operator.jwk"),
            JSONObjectUtils.toJSONString(keys.publicKey(BenchWorld.OPERATOR)));
    NodeProcess node =
        NodeProcess.start(
            Files.createDirectory(directory.resolve("node")),
            database.server(),
            settings.nodeJvm(),
            Map.of("ETIBAR_OPERATOR_KEY_FILE", operator.toString()));
    open.add(node);
    try (var api = new ApiClient(node.uri(), keys)) {
      var world = new BenchWorld(api, keys, node.address());
      world.provision();
      new Bench(settings, database, node, world).run();
    }
  }

  private void run() throws IOException, InterruptedException, SQLException {
    Files.createDirectories(settings.report());
    if (settings.runs(Scenario.ADHOC) || settings.runs(Scenario.OVERLOAD)) {
      adHoc();
    }
    if (settings.runs(Scenario.BILL)) {
      bill();
    }
    if (settings.runs(Scenario.BULK)) {
      bulk();
    }
    Map<String, Object> soak = settings.payments() > 0 ? soak() : Map.of();
    var report = new Report(machine(), outcomes, soak);
    report.write(settings.report());
    System.out.println();
    System.out.print(report.table());
    System.out.println("\nwritten to " + settings.report().toAbsolutePath());
    List<String> complaints = node.complaints();
    if (!complaints.isEmpty()) {
      System.out.println("\nthe node complained " + complaints.size() + " times:");
      complaints.stream().limit(10).forEach(System.out::println);
    }
  }

  private void adHoc() throws IOException, InterruptedException, SQLException {
    Kind adHoc = new Kind(world::adHoc, payments -> {});
    Peak peak = peak("adhoc", adHoc, settings.warmUp());
    if (settings.runs(Scenario.ADHOC)) {
      Measured steady = shareOfPeak("adhoc", adHoc, peak);
      outcomes.add(
          outcome("adhoc", peak.rate(), steady, peak.cost(), floor(AD_HOC_WORK), SINGLE_TARGET));
    }
    if (settings.runs(Scenario.OVERLOAD)) {
      outcomes.add(overload(peak));
    }
  }

  private void bill() throws IOException, InterruptedException, SQLException {
    // Far more than are paid next: a bill has left the node's memory when it is paid.
    Kind bills =
        new Kind(
            world::bills, payments -> world.publishUntilThereAre((long) payments + BILLS_AHEAD));
    Peak peak = peak("bill", bills, settings.warmUp().dividedBy(3));
    Measured steady = shareOfPeak("bill", bills, peak);
    outcomes.add(
        outcome("bill", peak.rate(), steady, peak.cost(), floor(BILL_WORK), SINGLE_TARGET));
  }

  private void bulk() throws IOException, InterruptedException, SQLException {
    BulkLoad load = world.bulk();
    warmUp(
        "bulk",
        settings.warmUp(),
        best -> load.run(BULK_CONNECTIONS, Duration.ZERO, WARM_STEP).perSecond());
    say("bulk: " + BULK_CONNECTIONS + " streams");
    Map<String, Double> cost = new LinkedHashMap<>();
    Measured measured =
        costed("bulk", cost, () -> load.run(BULK_CONNECTIONS, SETTLE, settings.steady()));
    outcomes.add(
        new Outcome(
            "bulk",
            measured.perSecond(),
            measured,
            "of a line, while streams go as fast as the node takes them",
            floor(AD_HOC_WORK).best(),
            floorText(floor(AD_HOC_WORK)),
            BULK_TARGET,
            cost,
            floor(AD_HOC_WORK)));
  }

  private Outcome outcome(
      String name,
      double perSecond,
      Measured steady,
      Map<String, Double> cost,
      Floor.Result floor,
      double target) {
    return new Outcome(
        name,
        perSecond,
        steady,
        "at %.0f a second, %.0f %% of the peak"
            .formatted(SHARE_OF_PEAK * perSecond, SHARE_OF_PEAK * 100),
        floor.best(),
        floorText(floor),
        target,
        cost,
        floor);
  }

  private static String floorText(Floor.Result floor) {
    return "JDBC, %d SELECTs, %d INSERTs and %d commits a payment, %d clients"
        .formatted(
            floor.work().selects(),
            floor.work().inserts(),
            floor.work().commits(),
            floor.bestClients());
  }

  /** Finds how many connections give most, and how much that is. */
  private Peak peak(String name, Kind kind, Duration warmUp)
      throws IOException, InterruptedException, SQLException {
    double guess = warmUp(name, kind, warmUp) * MARGIN;
    int best = 0;
    double most = 0;
    for (int connections : CONNECTIONS) {
      kind.supply().of(guess * PROBE_SETTLE.plus(PROBE).toSeconds());
      try (LoadGenerator generator = kind.generator().with(connections)) {
        double rate = generator.closed(PROBE_SETTLE, PROBE).perSecond();
        say("%s: %,.0f/s at %d connections".formatted(name, rate, connections));
        if (rate > most) {
          most = rate;
          best = connections;
        }
      }
    }
    kind.supply().of(most * MARGIN * PROBE_SETTLE.plus(settings.steady()).toSeconds());
    Map<String, Double> cost = new LinkedHashMap<>();
    try (LoadGenerator generator = kind.generator().with(best)) {
      Measured measured =
          costed(name, cost, () -> generator.closed(PROBE_SETTLE, settings.steady()));
      say("%s: peak %,.0f/s at %d connections".formatted(name, measured.perSecond(), best));
      return new Peak(best, measured, cost);
    }
  }

  private double warmUp(String name, Kind kind, Duration atLeast)
      throws IOException, InterruptedException {
    return warmUp(
        name,
        atLeast,
        best -> {
          kind.supply().of(Math.max(COLD_RATE, best * MARGIN) * WARM_STEP.toSeconds());
          try (LoadGenerator generator = kind.generator().with(CONNECTIONS.get(1))) {
            return generator.closed(Duration.ZERO, WARM_STEP).perSecond();
          }
        });
  }

  /**
   * Makes load until the rate no longer grows, and lets the node come to rest after each step: its
   * compilers get little time while load keeps all cores busy, and a compilation that is not
   * finished takes the cores from what is measured. How long all this takes depends on the machine.
   *
   * @return the best rate
   */
  private double warmUp(String name, Duration atLeast, Step step)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    double best = 0;
    int withoutGain = 0;
    while (withoutGain < WARM_WITHOUT_GAIN || System.nanoTime() - start < atLeast.toNanos()) {
      double rate = step.rate(best);
      withoutGain = rate > best * WARM_GAIN ? 0 : withoutGain + 1;
      best = Math.max(best, rate);
      node.awaitRest();
      if (System.nanoTime() - start > atLeast.plus(WARM_AT_MOST).toNanos()) {
        break;
      }
    }
    say(
        "%s: warm after %d s, %,.0f/s at best"
            .formatted(name, (System.nanoTime() - start) / 1_000_000_000L, best));
    return best;
  }

  private Measured shareOfPeak(String name, Kind kind, Peak peak)
      throws IOException, InterruptedException {
    double rate = SHARE_OF_PEAK * peak.rate();
    kind.supply().of(rate * MARGIN * SETTLE.plus(settings.steady()).toSeconds());
    try (LoadGenerator generator = kind.generator().with(2 * peak.connections())) {
      Measured measured = generator.open(rate, SETTLE, settings.steady());
      say(
          "%s: at %,.0f/s p50 %.1f ms, p99 %.1f ms"
              .formatted(name, rate, measured.percentileMs(50), measured.percentileMs(99)));
      return measured;
    }
  }

  private Outcome overload(Peak peak) throws IOException, InterruptedException, SQLException {
    double rate = OVERLOAD * peak.rate();
    say("overload: %,.0f/s".formatted(rate));
    Map<String, Double> cost = new LinkedHashMap<>();
    try (LoadGenerator generator = world.adHoc(OVERLOAD_CONNECTIONS)) {
      Measured measured =
          costed("overload", cost, () -> generator.open(rate, SETTLE, settings.steady()));
      return new Outcome(
          "overload",
          measured.perSecond(),
          measured,
          "of what was accepted, at %.0f a second".formatted(rate),
          peak.rate(),
          "the peak of payments without a bill",
          OVERLOAD_TARGET,
          cost,
          null);
    }
  }

  /** Runs the load and notes what each payment cost the processes and the server. */
  private Measured costed(String name, Map<String, Double> cost, Load load)
      throws IOException, InterruptedException, SQLException {
    if (settings.recording()) {
      node.startRecording();
    }
    awaitStatistics();
    BenchDatabase.Work workBefore = database.work();
    Cpu before = cpu();
    long start = System.nanoTime();
    Measured measured = load.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    Cpu after = cpu();
    awaitStatistics();
    BenchDatabase.Work work = database.work().minus(workBefore);
    if (settings.recording()) {
      Path recording = settings.report().resolve(name + ".jfr").toAbsolutePath();
      Files.deleteIfExists(recording);
      node.stopRecording(recording);
      String profile = Profile.of(recording);
      Files.writeString(settings.report().resolve(name + "-profile.txt"), profile);
      System.out.println("\n" + name + ", " + profile);
    }
    // The steady part stands for the whole run, whose processor time and statements are known.
    double payments = measured.perSecond() * seconds;
    cost.put("nodeCpuMs", 1000 * (after.node() - before.node()) / payments);
    cost.put("serverCpuMs", 1000 * (after.server() - before.server()) / payments);
    cost.put("generatorCpuMs", 1000 * (after.generator() - before.generator()) / payments);
    cost.put("journalInserts", work.journalInserts() / payments);
    cost.put("journalReads", work.journalReads() / payments);
    cost.put("logInserts", work.logInserts() / payments);
    cost.put("commits", work.commits() / payments);
    cost.replaceAll((what, value) -> Math.round(value * 1000) / 1000.0);
    return measured;
  }

  /** The server's counters are up to a second old. */
  private static void awaitStatistics() throws InterruptedException {
    Thread.sleep(1_100);
  }

  private Cpu cpu() {
    return new Cpu(
        node.cpuSeconds(), database.cpuSeconds(), CpuMeter.secondsOfAlone(ProcessHandle.current()));
  }

  /** Measured once for each kind of work, after the node has come to rest. */
  private Floor.Result floor(Floor.Work work)
      throws IOException, InterruptedException, SQLException {
    Floor.Result known = floors.get(work);
    if (known != null) {
      return known;
    }
    node.awaitRest();
    database.checkpoint();
    var floor = new Floor(database, database.payloadBytes());
    Floor.Result result = floor.measure(work, Floor.CLIENTS, FLOOR, settings.steady());
    floor.dropTable();
    say("floor: %,.0f/s, %s".formatted(result.best(), floorText(result)));
    floors.put(work, result);
    return result;
  }

  private Map<String, Object> soak() throws IOException, InterruptedException {
    double before = node.liveHeapMib();
    say("soak: %,d payments".formatted(settings.payments()));
    Measured measured = world.bulk().run(BULK_CONNECTIONS, settings.payments());
    Map<String, Object> soak = new LinkedHashMap<>();
    soak.put("payments", measured.created());
    soak.put("perSecond", Math.round(measured.perSecond()));
    soak.put("liveHeapMibBefore", Math.round(before));
    soak.put("liveHeapMibAfter", Math.round(node.liveHeapMib()));
    soak.put("jvm", String.join(" ", settings.nodeJvm()));
    return soak;
  }

  private Map<String, Object> machine() throws SQLException {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put(
        "memoryMib",
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize()
            >> 20);
    machine.put(
        "jdk",
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    machine.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    machine.put("nodeJvm", String.join(" ", settings.nodeJvm()));
    machine.put("postgresql", database.description());
    return machine;
  }

  private static void close(List<AutoCloseable> open, Path directory) {
    for (AutoCloseable closeable : open.reversed()) {
      try {
        closeable.close();
      } catch (Exception e) {
        System.err.println("closing failed: " + e);
      }
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      System.err.println("not all of " + directory + " could be removed: " + e);
    }
  }

  private static void say(String text) {
    System.out.println("[bench] " + text);
  }
}
