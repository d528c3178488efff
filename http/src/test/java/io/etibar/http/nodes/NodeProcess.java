package io.etibar.http.nodes;

import io.etibar.http.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node in a JVM of its own. Its ports stay the same when it is started again, as those of a real
 * one do.
 */
final class NodeProcess implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(60);

  private final String name;
  private final Map<String, String> environment;
  private final Path log;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final int httpPort = freePort();
  private final int managementPort = freePort();
  private final int clusterPort = freePort();
  private volatile @Nullable Process process;
  private boolean closed;

  /**
   * A node that is not started yet.
   *
   * @param environment its {@code ETIBAR_*} variables, save those of its ports
   */
  NodeProcess(String name, Map<String, String> environment) throws IOException {
    this.name = name;
    this.environment = Map.copyOf(environment);
    Path logs = Path.of("target", "nodes");
    Files.createDirectories(logs);
    this.log = logs.resolve(name + ".log");
    Files.deleteIfExists(log);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  URI managementUrl() {
    return URI.create("http://127.0.0.1:" + managementPort);
  }

  String clusterAddress() {
    return "127.0.0.1:" + clusterPort;
  }

  /** Starts the process and returns at once. */
  synchronized NodeProcess start(Map<String, String> more) throws IOException {
    if (closed) {
      throw new IllegalStateException(name + " is closed: the tests are being ended");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Small, and quick to start: several of them share the machine with the database and the load.
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(
        List.of("-XX:+IgnoreUnrecognizedVMOptions", "--sun-misc-unsafe-memory-access=allow"));
    command.add("-Dlogback.configurationFile=logback.xml");
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(variable -> variable.startsWith("ETIBAR_"));
    builder.environment().putAll(environment);
    builder.environment().putAll(more);
    builder.environment().put("ETIBAR_HTTP_PORT", Integer.toString(httpPort));
    builder.environment().put("ETIBAR_MANAGEMENT_PORT", Integer.toString(managementPort));
    builder.environment().put("ETIBAR_CLUSTER_PORT", Integer.toString(clusterPort));
    process = builder.start();
    return this;
  }

  NodeProcess start() throws IOException {
    return start(Map.of());
  }

  /** Waits until every check of {@code /ready} holds. */
  NodeProcess awaitReady() throws Exception {
    Await.until(
        START,
        () -> name + " is not ready; see " + log,
        () -> {
          if (!running().isAlive()) {
            throw new AssertionError(
                name + " ended with " + running().exitValue() + "; see " + log);
          }
          return ready() == 200;
        });
    return this;
  }

  /** The status of {@code /ready}, or 0 where nobody answers. */
  int ready() throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(managementUrl().resolve("/ready"))
              .timeout(Duration.ofSeconds(5))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  /** The text of a management route. */
  String management(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(managementUrl().resolve(path))
            .timeout(Duration.ofSeconds(5))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** Asks the process to end, and waits until it has. */
  void stop() throws Exception {
    Process stopped = running();
    stopped.destroy();
    if (!stopped.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError(name + " does not stop; see " + log);
    }
  }

  /** {@code kill -9}: the process has no time for anything. */
  void kill() {
    Process killed = process;
    if (killed != null) {
      killed.destroyForcibly().onExit().join();
    }
  }

  boolean isAlive() {
    Process asked = process;
    return asked != null && asked.isAlive();
  }

  private Process running() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException(name + " was not started");
    }
    return running;
  }

  @Override
  public synchronized void close() {
    closed = true;
    http.shutdownNow();
    kill();
  }

  private static String classPath() {
    // Surefire hides the class path in a jar's manifest, and says so here.
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
