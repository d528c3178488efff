package io.etibar.http.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manifests, the README and the code speak of the same variables, ports and paths. */
class DeploymentTest {

  private static final Pattern VARIABLE = Pattern.compile("ETIBAR_[A-Z_]+");

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void everyVariableOfTheManifestsIsRead() throws IOException {
    Set<String> manifest =
        variables(Files.readString(ROOT.resolve("cluster-config/kubernetes/etibar.yaml")));
    assertTrue(manifest.size() > 8, manifest::toString);

    manifest.removeAll(read());
    assertEquals(Set.of(), manifest);
  }

  @Test
  void everyVariableOfTheReadmeIsRead() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    Set<String> named = variables(readme.substring(readme.indexOf("## Configuration")));

    named.removeAll(read());
    assertEquals(Set.of(), named);
  }

  @Test
  void probesAskWhereManagementListens() throws IOException {
    JsonNode deployment =
        documents().stream()
            .filter(document -> document.path("kind").asText().equals("Deployment"))
            .findFirst()
            .orElseThrow();
    JsonNode container = deployment.at("/spec/template/spec/containers/0");
    Config config = ConfigFactory.load();

    assertEquals(config.getInt("etibar.management.port"), port(container, "management"));
    assertEquals(config.getInt("etibar.http.port"), port(container, "http"));
    assertEquals("/ready", container.at("/readinessProbe/httpGet/path").asText());
    assertEquals("/alive", container.at("/livenessProbe/httpGet/path").asText());
    assertEquals(
        deployment.at("/spec/replicas").asText(),
        variable(container, "ETIBAR_CLUSTER_CONTACT_POINTS"));
    assertEquals(
        port(container, "cluster"), Integer.parseInt(variable(container, "ETIBAR_CLUSTER_PORT")));
    assertEquals("etibar", deployment.at("/spec/template/metadata/labels/app").asText());
  }

  private static List<JsonNode> documents() throws IOException {
    YAMLMapper yaml = new YAMLMapper();
    try (var parser =
        yaml.createParser(ROOT.resolve("cluster-config/kubernetes/etibar.yaml").toFile())) {
      return new ArrayList<>(yaml.readValues(parser, JsonNode.class).readAll());
    }
  }

  private static int port(JsonNode container, String name) {
    for (JsonNode port : container.path("ports")) {
      if (port.path("name").asText().equals(name)) {
        return port.path("containerPort").asInt();
      }
    }
    throw new AssertionError("no port " + name);
  }

  private static String variable(JsonNode container, String name) {
    for (JsonNode variable : container.path("env")) {
      if (variable.path("name").asText().equals(name)) {
        return variable.path("value").asText();
      }
    }
    throw new AssertionError("no variable " + name);
  }

  /** What the defaults of all modules, and the log's configuration, take from the environment. */
  private static Set<String> read() throws IOException {
    Set<String> read = new TreeSet<>();
    for (String resource : List.of("reference.conf", "application.conf", "logback.xml")) {
      for (URL url :
          Collections.list(DeploymentTest.class.getClassLoader().getResources(resource))) {
        try (var in = url.openStream()) {
          read.addAll(variables(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
      }
    }
    return read;
  }

  private static Set<String> variables(String text) {
    Set<String> variables = new TreeSet<>();
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      variables.add(matcher.group());
    }
    return variables;
  }
}
