package io.etibar.http;

import com.typesafe.config.Config;
import io.etibar.http.server.EdgeServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/**
 * The settings of the edge, as {@code etibar.http} in reference.conf explains them.
 *
 * @param tokenKeyFile where the key of the access tokens is, if it is named
 */
public record EdgeSettings(
    EdgeServer.Settings server,
    String issuer,
    Path dataDir,
    Optional<Path> tokenKeyFile,
    Duration tokenLifetime,
    int maxBodyBytes,
    Duration bodyTimeout,
    Duration askTimeout,
    Duration directoryKeep,
    int inFlight,
    int inFlightLines,
    int bulkParallelism,
    ZoneId timeZone) {

  /** Reads and judges {@code etibar.http}. */
  public static EdgeSettings from(Config config) {
    Config http = config.getConfig("etibar.http");
    String keyFile = http.getString("token-key-file");
    return new EdgeSettings(
        new EdgeServer.Settings(
            http.getString("host"),
            http.getInt("port"),
            http.getDuration("head-timeout"),
            http.getDuration("shed-delay-min"),
            http.getDuration("shed-delay-max"),
            http.getDuration("stop-timeout")),
        http.getString("issuer"),
        Path.of(http.getString("data-dir")),
        keyFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(keyFile)),
        http.getDuration("token-lifetime"),
        Math.toIntExact(http.getBytes("max-body")),
        http.getDuration("body-timeout"),
        http.getDuration("ask-timeout"),
        http.getDuration("directory-keep"),
        http.getInt("in-flight"),
        http.getInt("in-flight-lines"),
        http.getInt("bulk-parallelism"),
        ZoneId.of(http.getString("time-zone")));
  }

  /**
   * @throws IllegalArgumentException naming the setting that cannot work
   */
  public EdgeSettings {
    require(server.port() >= 0 && server.port() <= 65_535, "port", "0 to 65535");
    URI uri = URI.create(issuer);
    require(
        uri.isAbsolute() && uri.getHost() != null && !issuer.endsWith("/"),
        "issuer",
        "a URL without a slash at its end");
    require(uri.getPort() != 0, "issuer", "named where the port is left open");
    requirePositive(server.headTimeout(), "head-timeout");
    requirePositive(server.minShedDelay(), "shed-delay-min");
    require(
        server.maxShedDelay().compareTo(server.minShedDelay()) >= 0,
        "shed-delay-max",
        "at least shed-delay-min");
    requirePositive(server.stopTimeout(), "stop-timeout");
    require(tokenLifetime.toSeconds() >= 1, "token-lifetime", "at least a second");
    require(maxBodyBytes >= 1_024 && maxBodyBytes <= 1 << 20, "max-body", "1 KiB to 1 MiB");
    requirePositive(bodyTimeout, "body-timeout");
    requirePositive(askTimeout, "ask-timeout");
    requirePositive(directoryKeep, "directory-keep");
    require(inFlight >= 1, "in-flight", "at least 1");
    require(inFlightLines >= 1 && inFlightLines <= inFlight, "in-flight-lines", "1 to in-flight");
    require(bulkParallelism >= 1, "bulk-parallelism", "at least 1");
  }

  private static void requirePositive(Duration duration, String name) {
    require(duration.isPositive(), name, "more than zero");
  }

  private static void require(boolean holds, String name, String must) {
    if (!holds) {
      throw new IllegalArgumentException("etibar.http." + name + " must be " + must);
    }
  }
}
