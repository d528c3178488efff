package io.etibar.http.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code openapi.yaml}, as far as a request and its answer can be judged by it. */
public final class OpenApi {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final String BASE = "https://etibar.invalid/openapi.json";
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head", "options");

  /**
   * A method of a path.
   *
   * @param pointer where it stands in the description
   */
  public record Operation(String id, String method, String template, String pointer, Pattern path) {
    @Override
    public String toString() {
      return method + " " + template;
    }
  }

  private final JsonNode document;
  private final List<Operation> operations;
  private final JsonSchemaFactory schemas;
  private final Map<String, JsonSchema> compiled = new LinkedHashMap<>();

  private OpenApi(JsonNode document) {
    this.document = document;
    this.operations = operations(document);
    this.schemas =
        JsonSchemaFactory.getInstance(
            VersionFlag.V202012,
            builder ->
                builder.schemaLoaders(
                    loaders -> loaders.schemas(Map.of(BASE, document.toString()))));
  }

  /** The description that is on the class path. */
  public static OpenApi load() {
    try (InputStream in =
        Objects.requireNonNull(OpenApi.class.getResourceAsStream("/openapi.yaml"))) {
      return new OpenApi(new YAMLMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Operation> operations(JsonNode document) {
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (METHODS.contains(method.getKey())) {
                            operations.add(
                                operation(path.getKey(), method.getKey(), method.getValue()));
                          }
                        }));
    // Longer literals first: /v1/payments/bulk is not a payment of that name.
    operations.sort(
        java.util.Comparator.comparing((Operation o) -> o.template().contains("{"))
            .thenComparing(Operation::template)
            .thenComparing(Operation::method));
    return List.copyOf(operations);
  }

  private static Operation operation(String template, String method, JsonNode node) {
    String regex =
        Pattern.compile("\\{[^}]+}").matcher(template.replace(".", "\\.")).replaceAll("[^/]+");
    String pointer = "/paths/" + template.replace("~", "~0").replace("/", "~1") + "/" + method;
    return new Operation(
        node.path("operationId").asText(),
        method.toUpperCase(java.util.Locale.ROOT),
        template,
        pointer,
        Pattern.compile(regex));
  }

  public JsonNode document() {
    return document;
  }

  public List<Operation> operations() {
    return operations;
  }

  /** The operation of a request, if the path without its query and the method are described. */
  public Optional<Operation> find(String method, String path) {
    return operations.stream()
        .filter(
            operation ->
                operation.method().equals(method) && operation.path().matcher(path).matches())
        .findFirst();
  }

  /** The statuses that are described for an operation. */
  public List<Integer> statuses(Operation operation) {
    return document.at(operation.pointer()).path("responses").properties().stream()
        .map(response -> Integer.parseInt(response.getKey()))
        .toList();
  }

  /** The described answer with its reference followed. */
  Described response(Operation operation, int status) {
    String pointer = operation.pointer() + "/responses/" + status;
    return described(pointer);
  }

  /** The described body of a request, if it has one. */
  Optional<Described> request(Operation operation) {
    String pointer = operation.pointer() + "/requestBody";
    return document.at(pointer).isMissingNode()
        ? Optional.empty()
        : Optional.of(described(pointer));
  }

  /** A node of the description, and where it stands. */
  record Described(String pointer, JsonNode node) {
    List<String> mediaTypes() {
      return List.copyOf(node.path("content").propertyStream().map(Map.Entry::getKey).toList());
    }

    String schemaPointer(String mediaType) {
      return pointer + "/content/" + mediaType.replace("/", "~1") + "/schema";
    }
  }

  Described described(String pointer) {
    JsonNode node = document.at(pointer);
    String reference = node.path("$ref").asText("");
    return reference.isEmpty() ? new Described(pointer, node) : described(reference.substring(1));
  }

  /**
   * What is wrong with a JSON text by the schema at this place of the description; empty if nothing
   * is.
   */
  List<String> judge(String schemaPointer, String json) {
    JsonNode value = parse(json);
    return value == null ? List.of("is not JSON: " + json) : judge(schemaPointer, value);
  }

  List<String> judge(String schemaPointer, JsonNode value) {
    JsonSchema schema = compiled.computeIfAbsent(schemaPointer, this::compile);
    return schema
        .validate(value, context -> context.getExecutionConfig().setFormatAssertionsEnabled(true))
        .stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  private JsonSchema compile(String pointer) {
    // A pointer becomes a URI's fragment; its own slashes and tildes are allowed there.
    String fragment =
        URLEncoder.encode(pointer, StandardCharsets.UTF_8).replace("%2F", "/").replace("%7E", "~");
    return schemas.getSchema(
        SchemaLocation.of(BASE + "#" + fragment), SchemaValidatorsConfig.builder().build());
  }

  private static @Nullable JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
