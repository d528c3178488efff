package io.etibar.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.Arrays;
import java.util.List;

/**
 * Where this node is reached and whom it joins, validated at start so that a mistake is a sentence
 * that names the variable, and not a node that waits for ever.
 *
 * @param host the name or address by which other nodes reach this one
 * @param port the TCP port of the same; 0 means any free one, which only a node alone may use
 * @param bootstrap how the node finds the others
 * @param seeds the nodes to join, in the order in which they form a new cluster; empty for a node
 *     alone
 */
public record ClusterSettings(String host, int port, Mode bootstrap, List<HostPort> seeds) {

  /** How a node finds the others. */
  public enum Mode {
    /** It joins the seeds, or itself where there are none. */
    SELF,
    /** It asks the Kubernetes API for the pods of its label. */
    KUBERNETES
  }

  /** An address as an operator writes it. */
  public record HostPort(String host, int port) {

    /** Fails with a sentence that names the variable unless {@code text} is {@code host:port}. */
    static HostPort parse(String text) {
      int colon = text.lastIndexOf(':');
      if (colon < 1) {
        throw invalid(
            "ETIBAR_CLUSTER_SEEDS", "wants host:port, separated by commas, and has '" + text + "'");
      }
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port < 1 || port > 65_535) {
          throw invalid("ETIBAR_CLUSTER_SEEDS", "has a port outside 1 to 65535 in '" + text + "'");
        }
        return new HostPort(text.substring(0, colon), port);
      } catch (NumberFormatException e) {
        throw invalid("ETIBAR_CLUSTER_SEEDS", "has no port number in '" + text + "'");
      }
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  public ClusterSettings {
    seeds = List.copyOf(seeds);
    if (host.isBlank()) {
      throw invalid("ETIBAR_CLUSTER_HOST", "is empty");
    }
    if (port < 0 || port > 65_535) {
      throw invalid("ETIBAR_CLUSTER_PORT", "is outside 0 to 65535: " + port);
    }
    if (port == 0 && !seeds.isEmpty()) {
      throw invalid(
          "ETIBAR_CLUSTER_PORT", "has to name a port where ETIBAR_CLUSTER_SEEDS names other nodes");
    }
    if (port == 0 && bootstrap == Mode.KUBERNETES) {
      throw invalid("ETIBAR_CLUSTER_PORT", "has to name a port on Kubernetes");
    }
    if (bootstrap == Mode.KUBERNETES && !seeds.isEmpty()) {
      throw invalid(
          "ETIBAR_CLUSTER_SEEDS", "cannot be combined with ETIBAR_CLUSTER_BOOTSTRAP=kubernetes");
    }
  }

  /** Reads {@code etibar.cluster}; {@code config} is the whole configuration. */
  public static ClusterSettings from(Config config) {
    Config cluster = config.getConfig("etibar.cluster");
    List<HostPort> seeds =
        Arrays.stream(cluster.getString("seeds").split(",", -1))
            .map(String::strip)
            .filter(seed -> !seed.isEmpty())
            .map(HostPort::parse)
            .toList();
    return new ClusterSettings(
        cluster.getString("host"),
        cluster.getInt("port"),
        switch (cluster.getString("bootstrap")) {
          case "self" -> Mode.SELF;
          case "kubernetes" -> Mode.KUBERNETES;
          case String other ->
              throw invalid("ETIBAR_CLUSTER_BOOTSTRAP", "is neither self nor kubernetes: " + other);
        },
        seeds);
  }

  static ConfigException invalid(String variable, String problem) {
    return new ConfigException.BadValue(variable, problem);
  }
}
