package io.etibar.http.bench;

import io.etibar.persistence.database.DatabaseSettings;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The node under test: {@code io.etibar.http.Main} as a process of its own. */
final class NodeProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(45);
  private static final Pattern HISTOGRAM_TOTAL =
      Pattern.compile("^Total +\\d+ +(\\d+)", Pattern.MULTILINE);

  private final Process process;
  private final Path log;
  private final int httpPort;
  private final int managementPort;

  private NodeProcess(Process process, Path log, int httpPort, int managementPort) {
    this.process = process;
    this.log = log;
    this.httpPort = httpPort;
    this.managementPort = managementPort;
  }

  /** Starts it on free ports of the loopback interface, and waits until it is ready. */
  static NodeProcess start(
      Path dataDir, DatabaseSettings.Server database, List<String> jvm, Map<String, String> more)
      throws IOException, InterruptedException {
    int httpPort = freePort();
    int managementPort = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(List.of("-cp", productClassPath(), "io.etibar.http.Main"));
    Path log = dataDir.resolve("node.log");
    var builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("ETIBAR_"));
    environment.putAll(
        Map.of(
            "ETIBAR_HTTP_PORT", Integer.toString(httpPort),
            "ETIBAR_MANAGEMENT_PORT", Integer.toString(managementPort),
            "ETIBAR_DATA_DIR", dataDir.toString(),
            "ETIBAR_DATABASE_URL", database.url(),
            "ETIBAR_DATABASE_USER", database.user(),
            "ETIBAR_DATABASE_PASSWORD", database.password()));
    environment.putAll(more);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    var node = new NodeProcess(builder.start(), log, httpPort, managementPort);
    try {
      node.awaitReady();
      return node;
    } catch (IOException | InterruptedException | RuntimeException e) {
      node.close();
      throw e;
    }
  }

  /** What a node runs with: no test's class and no test's library. */
  private static String productClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(
            entry ->
                !entry.endsWith("test-classes")
                    && !entry.endsWith("-tests.jar")
                    && !entry.contains("testkit"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/ready"))
              .timeout(Duration.ofSeconds(2))
              .build();
      while (System.nanoTime() < deadline) {
        if (!process.isAlive()) {
          throw new IOException("the node ended: " + tail());
        }
        try {
          var answer = client.send(request, HttpResponse.BodyHandlers.discarding());
          if (answer.statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // Not listening yet.
        }
        Thread.sleep(100);
      }
    }
    throw new IOException("the node was not ready within " + START + ": " + tail());
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), httpPort);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  double cpuSeconds() {
    return CpuMeter.secondsOf(process.toHandle());
  }

  /**
   * Waits until it has finished what it does after the answers, such as projections: a floor that
   * is measured meanwhile would be too low.
   */
  void awaitRest() throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    double before = cpuSeconds();
    while (System.nanoTime() < deadline) {
      Thread.sleep(1000);
      double now = cpuSeconds();
      if (now - before < 0.1) {
        return;
      }
      before = now;
    }
  }

  /** Live objects after a full collection, in MiB. */
  double liveHeapMib() throws IOException, InterruptedException {
    Matcher total = HISTOGRAM_TOTAL.matcher(jcmd("GC.class_histogram"));
    if (!total.find()) {
      throw new IOException("a class histogram without a total");
    }
    return Long.parseLong(total.group(1)) / 1048576.0;
  }

  void startRecording() throws IOException, InterruptedException {
    jcmd("JFR.start", "name=bench", "settings=profile");
  }

  void stopRecording(Path file) throws IOException, InterruptedException {
    jcmd("JFR.stop", "name=bench", "filename=" + file);
  }

  private String jcmd(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.add(Long.toString(process.pid()));
    command.addAll(List.of(arguments));
    Process jcmd = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  private String tail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  /** Warnings and errors that it logged, for what a figure alone does not say. */
  List<String> complaints() throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .toList();
  }

  @Override
  public void close() {
    process.destroy();
    boolean ended = false;
    try {
      ended = process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      process.destroyForcibly();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
