package io.etibar.http.json;

import akka.util.ByteString;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.etibar.core.money.Money;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The one way in which JSON is read and written at the edge. */
public final class Json {

  /** Writes something as JSON; the order of its calls is the order of the fields. */
  @FunctionalInterface
  public interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  // Bodies are bounded already; these bound what a small body can do.
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(20)
                          .maxNumberLength(40)
                          .maxStringLength(64 * 1024)
                          .maxNameLength(200)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final ObjectReader TREE = MAPPER.readerFor(JsonNode.class);
  private static final JsonFactory FACTORY = MAPPER.getFactory();

  private Json() {}

  /**
   * Reads one JSON object.
   *
   * @throws ProblemException with {@code JSON_MALFORMED}
   */
  public static Fields read(ByteString body) {
    return read(body.toArrayUnsafe());
  }

  /**
   * Reads one JSON object.
   *
   * @throws ProblemException with {@code JSON_MALFORMED}
   */
  public static Fields read(byte[] body) {
    try {
      JsonNode node = TREE.readValue(body);
      if (node instanceof ObjectNode object) {
        return Fields.of(object);
      }
      throw malformed("The body must be one JSON object.");
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw malformed(
          at == null
              ? "The body is not JSON."
              : "The body is not JSON at line "
                  + at.getLineNr()
                  + ", column "
                  + at.getColumnNr()
                  + ".");
    } catch (IOException e) {
      throw malformed("The body is not JSON in UTF-8.");
    }
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemDetails.of(Problem.JSON_MALFORMED, detail));
  }

  /** The bytes of what {@code writer} writes. */
  public static byte[] bytes(Writer writer) {
    return written(writer, false);
  }

  /** The same, and a line's end. */
  public static ByteString line(Writer writer) {
    return ByteString.fromArrayUnsafe(written(writer, true));
  }

  private static byte[] written(Writer writer, boolean line) {
    try (ByteArrayBuilder out = new ByteArrayBuilder(FACTORY._getBufferRecycler(), 512)) {
      try (JsonGenerator json = FACTORY.createGenerator(out)) {
        writer.write(json);
      }
      if (line) {
        out.append('\n');
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  /** Writes a problem document (RFC 9457). */
  public static void writeProblem(JsonGenerator json, ProblemDetails details) throws IOException {
    Problem problem = details.problem();
    json.writeStartObject();
    json.writeStringField("type", typeOf(problem));
    json.writeStringField("title", problem.documentation());
    json.writeNumberField("status", problem.status());
    json.writeStringField("code", problem.name());
    json.writeStringField("retry", problem.retry().name());
    if (problem.isoReason().isPresent()) {
      json.writeStringField("reason", problem.isoReason().get());
    }
    if (problem.oauthError().isPresent()) {
      json.writeStringField("error", problem.oauthError().get());
    }
    String field = details.field();
    if (details.detail() != null) {
      json.writeStringField(
          "detail", field == null ? details.detail() : field + " " + details.detail());
    }
    if (field != null) {
      json.writeStringField("field", field);
    }
    if (details.min() != null || details.max() != null) {
      json.writeObjectFieldStart("acceptable");
      if (details.min() != null) {
        writeMoney(json, "min", details.min());
      }
      if (details.max() != null) {
        writeMoney(json, "max", details.max());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  /** What names a problem's kind: its place in the catalogue. */
  public static String typeOf(Problem problem) {
    return "/v1/problems#" + problem.name();
  }

  /** Writes an amount as an object of decimal value and currency. */
  public static void writeMoney(JsonGenerator json, String name, Money money) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("value", money.value());
    json.writeStringField("currency", money.currency().getCurrencyCode());
    json.writeEndObject();
  }
}
