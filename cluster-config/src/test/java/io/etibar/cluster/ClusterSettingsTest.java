package io.etibar.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.etibar.cluster.ClusterSettings.HostPort;
import io.etibar.cluster.ClusterSettings.Mode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterSettingsTest {

  @Test
  void aNodeAloneNeedsNoSettings() {
    ClusterSettings settings = ClusterSettings.from(ConfigFactory.load());

    assertEquals(new ClusterSettings("127.0.0.1", 0, Mode.SELF, List.of()), settings);
    assertEquals(
        new ManagementSettings("127.0.0.1", 8558), ManagementSettings.from(ConfigFactory.load()));
  }

  @Test
  void seedsAreReadInTheirOrder() {
    ClusterSettings settings =
        ClusterSettings.from(with("port = 25521, seeds = \"127.0.0.1:25521, node-b:25522,\""));

    assertEquals(
        List.of(new HostPort("127.0.0.1", 25521), new HostPort("node-b", 25522)), settings.seeds());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "host = ' '                                          | ETIBAR_CLUSTER_HOST",
        "port = 65536                                        | ETIBAR_CLUSTER_PORT",
        "port = -1                                           | ETIBAR_CLUSTER_PORT",
        "seeds = \"a:1\"                                     | ETIBAR_CLUSTER_PORT",
        "bootstrap = kubernetes                              | ETIBAR_CLUSTER_PORT",
        "bootstrap = kubernetes, port = 1, seeds = \"a:1\"   | ETIBAR_CLUSTER_SEEDS",
        "bootstrap = consul                                  | ETIBAR_CLUSTER_BOOTSTRAP",
        "port = 1, seeds = \"a\"                             | ETIBAR_CLUSTER_SEEDS",
        "port = 1, seeds = \":1\"                            | ETIBAR_CLUSTER_SEEDS",
        "port = 1, seeds = \"a:b\"                           | ETIBAR_CLUSTER_SEEDS",
        "port = 1, seeds = \"a:0\"                           | ETIBAR_CLUSTER_SEEDS",
      })
  void aMistakeNamesItsVariable(String settings, String variable) {
    Config config = with(settings.replace("' '", "\" \""));

    ConfigException e = assertThrows(ConfigException.class, () -> ClusterSettings.from(config));
    assertTrue(e.getMessage().contains(variable), e.getMessage());
  }

  @Test
  void aManagementPortOutOfRangeNamesItsVariable() {
    ConfigException e =
        assertThrows(ConfigException.class, () -> new ManagementSettings("127.0.0.1", 70_000));
    assertTrue(e.getMessage().contains("ETIBAR_MANAGEMENT_PORT"), e.getMessage());
  }

  private static Config with(String settings) {
    return ConfigFactory.parseString("etibar.cluster { " + settings + " }")
        .withFallback(ConfigFactory.load());
  }
}
