package io.etibar.http;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the node as a whole, under {@code etibar.node}.
 *
 * @param reservationTimeout how long a payment and its bill wait for each other before the payment
 *     is asked
 * @param reconcileInterval how often open reservations are looked for
 * @param operatorKeyFile the public key of the first operator, if it is named
 */
public record NodeSettings(
    Duration reservationTimeout, Duration reconcileInterval, Optional<Path> operatorKeyFile) {

  public NodeSettings {
    require(reservationTimeout.toMillis() >= 100, "reservation-timeout", "at least 100 ms");
    require(reconcileInterval.toMillis() >= 100, "reconcile-interval", "at least 100 ms");
  }

  /** Reads {@code etibar.node}; {@code config} is the whole configuration. */
  public static NodeSettings from(Config config) {
    Config node = config.getConfig("etibar.node");
    String keyFile = node.getString("operator-key-file");
    return new NodeSettings(
        node.getDuration("reservation-timeout"),
        node.getDuration("reconcile-interval"),
        keyFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(keyFile)));
  }

  private static void require(boolean holds, String name, String must) {
    if (!holds) {
      throw new IllegalArgumentException("etibar.node." + name + " must be " + must);
    }
  }
}
