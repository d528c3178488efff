package io.etibar.http.demo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.participant.Role;
import io.etibar.http.Main;
import io.etibar.http.Node;
import io.etibar.http.Wiring;
import io.etibar.http.security.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Everything on one machine: {@code mvn -Pdemo}. Starts a node in this process, sets the world up
 * over its API, and pays now and then until it is interrupted. What is written stays: the next
 * start goes on with it.
 */
public final class Demo {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration TOKENS_RENEWED = Duration.ofHours(6);
  private static final Duration BETWEEN_PAYMENTS = Duration.ofMillis(500);
  private static final Duration STOP = Duration.ofSeconds(60);

  private final Node node;
  private final Progress progress;
  private final Path directory;
  private final ApiClient api;
  private final World world;

  private Demo(Node node, Progress progress, Path directory, ApiClient api, World world) {
    this.node = node;
    this.progress = progress;
    this.directory = directory;
    this.api = api;
    this.world = world;
  }

  /** Exit code 1: it did not start, and the last line says why. */
  public static void main(String[] arguments) throws Exception {
    if (Boolean.getBoolean("etibar.demo.endsWithParent")) {
      EndWithParent.watch();
    }
    var progress = new Progress(System.out, Progress.isTerminal());
    Config config = ConfigFactory.load();
    Path dataDir = Path.of(config.getString("etibar.http.data-dir")).toAbsolutePath().normalize();
    Path directory = dataDir.resolve("demo");
    Files.createDirectories(directory);
    // Before anything logs.
    System.setProperty("etibar.demo.log", directory.resolve("node.log").toString());
    System.setProperty("logback.configurationFile", "logback-demo.xml");
    progress.say("Starting Etibar with its data in " + dataDir);
    Node node;
    try {
      node = Wiring.start(config);
    } catch (RuntimeException | Error e) {
      progress.say(Main.describe(e));
      System.exit(1);
      return;
    }
    stopInGoodOrder(node, progress);
    Keys keys = Keys.in(directory.resolve("keys.json"), World.participants());
    String host = config.getString("etibar.http.host");
    URI url =
        URI.create(
            "http://%s:%d".formatted(host.equals("0.0.0.0") ? "127.0.0.1" : host, node.httpPort()));
    try (var api = new ApiClient(url, config.getString("etibar.http.issuer"), keys)) {
      var world = new World(api, keys, LocalDate.now(ZoneId.systemDefault()));
      new Demo(node, progress, directory, api, world).run();
    } catch (IOException e) {
      // While it stops, a request may find nobody: that is no failure.
      if (!progress.isStopped()) {
        progress.say("The demonstration could not be set up: " + e.getMessage());
        System.exit(1);
      }
    }
  }

  /** The node's own hook stops everything; this one tells of it. */
  private static void stopInGoodOrder(Node node, Progress progress) {
    Runnable tell =
        () -> {
          progress.stop("Stopping");
          try {
            node.system()
                .getWhenTerminated()
                .toCompletableFuture()
                .get(STOP.toSeconds(), TimeUnit.SECONDS);
            progress.say("Stopped. The data stay for the next start.");
          } catch (ExecutionException | TimeoutException e) {
            progress.say("The node did not stop within " + STOP.toSeconds() + " s.");
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Runtime.getRuntime().addShutdownHook(new Thread(tell, "demo-stop"));
  }

  private void run() throws IOException, InterruptedException {
    Instant since = startOfLastRun();
    int published = world.provision(token(World.OPERATOR, Role.OPERATOR));
    new TourBill(api).makePayable(since);
    OwnFile.write(directory.resolve("started"), Instant.now() + "\n");
    writeEnvironment();
    progress.say(
        published > 0
            ? "Published " + published + " bills of " + World.BILLERS.size() + " billers."
            : "Found the billers and bills of an earlier start.");
    progress.say("Ready: " + api.base() + ", described at " + api.base() + "/docs");
    progress.say("For the examples:  . " + shown(environment()) + "   Ctrl-C ends it.");
    goOn();
  }

  private void goOn() throws InterruptedException {
    var traffic = new Traffic(api, world);
    long tokensRenewed = System.nanoTime();
    while (!progress.isStopped()) {
      long start = System.nanoTime();
      traffic.act();
      progress.show(line(traffic.figures()));
      if (start - tokensRenewed > TOKENS_RENEWED.toNanos()) {
        tokensRenewed = start;
        renewEnvironment();
      }
      Thread.sleep(BETWEEN_PAYMENTS);
    }
  }

  /** With the time before it, an ordinary day's figures fit into 80 columns. */
  static String line(Traffic.Figures figures) {
    return String.format(
        Locale.ROOT,
        "%,d paid  AZN %,d  p50 %.1f p99 %.0f ms  %d refused  %d failed",
        figures.paid(),
        figures.amountMinor() / 100,
        figures.p50Ms(),
        figures.p99Ms(),
        figures.refused(),
        figures.unanswered());
  }

  private Instant startOfLastRun() throws IOException {
    Path file = directory.resolve("started");
    return Files.exists(file) ? Instant.parse(Files.readString(file).strip()) : Instant.now();
  }

  private void renewEnvironment() {
    try {
      writeEnvironment();
    } catch (IOException e) {
      progress.say("The tokens in " + shown(environment()) + " could not be renewed: " + e);
    }
  }

  private void writeEnvironment() throws IOException {
    String text =
        """
        # What the examples of the README need. The tokens last a day.
        export ETIBAR_URL=%s
        export BANK_TOKEN=%s
        export BANK2_TOKEN=%s
        export BILLER_TOKEN=%s
        export OPERATOR_TOKEN=%s
        """
            .formatted(
                api.base(),
                token(World.BANK, Role.BANK),
                token(World.BANK2, Role.BANK),
                token(World.biller("water").owner(), Role.AGENCY),
                token(World.OPERATOR, Role.OPERATOR));
    OwnFile.write(environment(), text);
  }

  /** A token of a day; those that the API issues last minutes. */
  private String token(String participant, Role role) {
    return node.tokens()
        .issue(new ParticipantId(participant), Set.of(Scope.of(role.scope()).orElseThrow()), DAY);
  }

  private Path environment() {
    return directory.resolve("env.sh");
  }

  /** From where one is, where it lies below. */
  private static Path shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    return file.startsWith(here) ? here.relativize(file) : file;
  }
}
