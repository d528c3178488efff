package io.etibar.cluster;

import com.typesafe.config.Config;

/**
 * Where the management server listens.
 *
 * @param host the address it binds; loopback by default, because it asks nobody who they are
 * @param port the TCP port; 0 means any free one
 */
public record ManagementSettings(String host, int port) {

  public ManagementSettings {
    if (host.isBlank()) {
      throw ClusterSettings.invalid("ETIBAR_MANAGEMENT_HOST", "is empty");
    }
    if (port < 0 || port > 65_535) {
      throw ClusterSettings.invalid("ETIBAR_MANAGEMENT_PORT", "is outside 0 to 65535: " + port);
    }
  }

  /** Reads {@code etibar.management}; {@code config} is the whole configuration. */
  public static ManagementSettings from(Config config) {
    Config management = config.getConfig("etibar.management");
    return new ManagementSettings(management.getString("host"), management.getInt("port"));
  }
}
