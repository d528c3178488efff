package io.etibar.http.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.etibar.http.spec.OpenApi.Described;
import io.etibar.http.spec.OpenApi.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The description is sound in itself. */
class OpenApiTest {

  private final OpenApi api = OpenApi.load();

  @Test
  void everyReferenceLeadsSomewhereAndNothingIsUnused() {
    Set<String> used = new HashSet<>();
    walk(
        "",
        api.document(),
        (pointer, node) -> {
          if (node.has("$ref")) {
            String to = node.path("$ref").asText();
            assertFalse(
                api.document().at(to.substring(1)).isMissingNode(), () -> pointer + " → " + to);
            used.add(to);
          }
        });
    Set<String> unused = new TreeSet<>();
    for (Map.Entry<String, JsonNode> kind : api.document().path("components").properties()) {
      kind.getValue()
          .fieldNames()
          .forEachRemaining(
              name -> {
                String reference = "#/components/" + kind.getKey() + "/" + name;
                if (!kind.getKey().equals("securitySchemes") && !used.contains(reference)) {
                  unused.add(reference);
                }
              });
    }
    assertEquals(Set.of(), unused);
  }

  @Test
  void operationsHaveNamesOfTheirOwn() {
    Set<String> ids = new HashSet<>();
    for (Operation operation : api.operations()) {
      assertTrue(ids.add(operation.id()) && !operation.id().isEmpty(), operation::toString);
    }
  }

  @Test
  void everyExampleIsWhatItsSchemaSays() {
    walk(
        "",
        api.document().path("components").path("responses"),
        (pointer, node) -> {
          if (node.has("schema") && node.has("example")) {
            String schema = "/components/responses" + pointer + "/schema";
            assertEquals(List.of(), api.judge(schema, node.path("example")), pointer);
          }
        });
    walk(
        "",
        api.document().path("components").path("schemas"),
        (pointer, node) -> {
          // A field may have that name, too: then it is no list.
          if (node.path("examples").isArray()) {
            node.path("examples")
                .forEach(
                    example ->
                        assertEquals(
                            List.of(),
                            api.judge("/components/schemas" + pointer, example),
                            pointer));
          }
        });
    for (Operation operation : api.operations()) {
      api.request(operation).ifPresent(request -> examples(operation, request));
    }
  }

  private void examples(Operation operation, Described request) {
    for (String type : request.mediaTypes()) {
      JsonNode media = request.node().path("content").path(type);
      String schema = request.schemaPointer(type);
      if (type.equals("application/x-ndjson")) {
        media
            .path("example")
            .asText()
            .lines()
            .forEach(line -> assertEquals(List.of(), api.judge(schema, line), operation::toString));
      } else if (media.has("examples")) {
        media
            .path("examples")
            .forEach(
                example ->
                    assertEquals(
                        List.of(), api.judge(schema, example.path("value")), operation::toString));
      } else {
        assertEquals(List.of(), api.judge(schema, media.path("example")), operation::toString);
      }
    }
  }

  @Test
  void everyOperationSaysWhoMayAskAndHowItRefusesTheOthers() {
    Set<String> open = Set.of("issueToken", "listProblems", "getDescription");
    for (Operation operation : api.operations()) {
      JsonNode security = api.document().at(operation.pointer()).path("security");
      boolean anyone = security.isArray() && security.isEmpty();
      assertEquals(open.contains(operation.id()), anyone, operation::toString);
      if (!anyone) {
        assertTrue(
            api.statuses(operation).containsAll(List.of(401, 403, 429, 503)), operation::toString);
      }
    }
  }

  @Test
  void pathsAreFoundByTheirTemplates() {
    assertEquals("payMany", api.find("POST", "/v1/payments/bulk").orElseThrow().id());
    assertEquals("getPayment", api.find("GET", "/v1/payments/pay_x").orElseThrow().id());
    assertTrue(api.find("GET", "/v1/payments/pay_x/y").isEmpty());
    assertTrue(api.find("GET", "/openapi-yaml").isEmpty());
  }

  private static void walk(String pointer, JsonNode node, BiConsumer<String, JsonNode> visitor) {
    visitor.accept(pointer, node);
    if (node.isObject()) {
      node.properties()
          .forEach(
              child ->
                  walk(
                      pointer + "/" + child.getKey().replace("~", "~0").replace("/", "~1"),
                      child.getValue(),
                      visitor));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        walk(pointer + "/" + i, node.get(i), visitor);
      }
    }
  }
}
