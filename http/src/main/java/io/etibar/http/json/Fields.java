package io.etibar.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.etibar.core.money.Money;
import io.etibar.http.problem.Problem;
import io.etibar.http.problem.ProblemDetails;
import io.etibar.http.problem.ProblemException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields of a JSON object, read one by one into values of the domain. Each is named in what
 * goes wrong with it. {@link #end} refuses what was not asked for.
 */
public final class Fields {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd").withResolverStyle(ResolverStyle.STRICT);

  private final ObjectNode object;
  private final String path;
  private final Set<String> asked = new HashSet<>();

  private Fields(ObjectNode object, String path) {
    this.object = object;
    this.path = path;
  }

  static Fields of(ObjectNode object) {
    return new Fields(object, "");
  }

  public boolean has(String name) {
    return object.has(name);
  }

  /** Text, turned into a value by a constructor that judges it. */
  public <T> T value(String name, Function<String, T> constructor) {
    String text = text(name);
    return judged(name, () -> constructor.apply(text));
  }

  /** The same, where the field may be missing. */
  public <T> Optional<T> optionalValue(String name, Function<String, T> constructor) {
    return absent(name) ? Optional.empty() : Optional.of(value(name, constructor));
  }

  /** Text of at least one character. */
  public String text(String name) {
    JsonNode node = required(name);
    if (!node.isTextual()) {
      throw invalid(name, "must be a string");
    }
    if (node.textValue().isEmpty()) {
      throw invalid(name, "must not be empty");
    }
    return node.textValue();
  }

  /** Text for people: of 1 to {@code max} characters and without control characters. */
  public String words(String name, int max) {
    String text = text(name);
    if (text.length() > max) {
      throw invalid(name, "must have at most " + max + " characters");
    }
    if (text.codePoints().anyMatch(Character::isISOControl)) {
      throw invalid(name, "must not have control characters");
    }
    return text;
  }

  /** The same, where the field may be missing. */
  public Optional<String> optionalWords(String name, int max) {
    return absent(name) ? Optional.empty() : Optional.of(words(name, max));
  }

  /** The name of a constant. */
  public <E extends Enum<E>> E constant(String name, Class<E> type) {
    String text = text(name);
    try {
      return Enum.valueOf(type, text);
    } catch (IllegalArgumentException e) {
      throw invalid(name, "must be one of " + List.of(type.getEnumConstants()));
    }
  }

  /** The same, where the field may be missing. */
  public <E extends Enum<E>> Optional<E> optionalConstant(String name, Class<E> type) {
    return absent(name) ? Optional.empty() : Optional.of(constant(name, type));
  }

  /** A whole number. */
  public int integer(String name, int min, int max) {
    JsonNode node = required(name);
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || node.intValue() < min
        || node.intValue() > max) {
      throw invalid(name, "must be a whole number from " + min + " to " + max);
    }
    return node.intValue();
  }

  /** The same, where the field may be missing. */
  public int integer(String name, int min, int max, int otherwise) {
    return absent(name) ? otherwise : integer(name, min, max);
  }

  /** True or false. */
  public boolean bool(String name) {
    JsonNode node = required(name);
    if (!node.isBoolean()) {
      throw invalid(name, "must be true or false");
    }
    return node.booleanValue();
  }

  /** A day as ISO 8601 writes it, such as 2026-12-31. */
  public LocalDate date(String name) {
    String text = text(name);
    try {
      return LocalDate.parse(text, DATE);
    } catch (DateTimeParseException e) {
      throw invalid(name, "must be a day such as 2026-12-31");
    }
  }

  /** An ISO 4217 code. */
  public Currency currency(String name) {
    String text = text(name);
    try {
      Currency currency = Currency.getInstance(text);
      if (currency.getDefaultFractionDigits() >= 0) {
        return currency;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one answer: the code is the input, and input is not echoed.
    }
    throw invalid(name, "must be an ISO 4217 code such as AZN");
  }

  /** An amount of more than zero: {@code {"value": "12.50", "currency": "AZN"}}. */
  public Money amount(String name) {
    Fields fields = object(name);
    Currency currency = fields.currency("currency");
    String value = fields.text("value");
    Money money = fields.judged("value", () -> Money.parse(value, currency));
    if (money.isZero()) {
      throw fields.invalid("value", "must be more than zero");
    }
    fields.end();
    return money;
  }

  /** An object within this one. */
  public Fields object(String name) {
    if (required(name) instanceof ObjectNode inner) {
      return new Fields(inner, path + name + ".");
    }
    throw invalid(name, "must be an object");
  }

  /** An object within this one, where the field may be missing. */
  public Optional<Fields> optionalObject(String name) {
    return absent(name) ? Optional.empty() : Optional.of(object(name));
  }

  /** An object of names and texts, in the order of the body. */
  public Map<String, String> texts(String name, int maxSize, int maxLength) {
    Fields fields = object(name);
    if (fields.object.size() > maxSize) {
      throw invalid(name, "must have at most " + maxSize + " fields");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (var entry : fields.object.properties()) {
      texts.put(entry.getKey(), fields.words(entry.getKey(), maxLength));
    }
    return texts;
  }

  /** A list of objects. */
  public <T> List<T> objects(String name, int maxSize, Function<Fields, T> reader) {
    ArrayNode array = array(name, maxSize);
    List<T> items = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      String at = path + name + "[" + i + "]";
      if (!(array.get(i) instanceof ObjectNode inner)) {
        throw problem(at, "must be an object");
      }
      Fields fields = new Fields(inner, at + ".");
      items.add(reader.apply(fields));
      fields.end();
    }
    return items;
  }

  /** A list of objects that are kept as they are, such as keys. */
  public List<String> rawObjects(String name, int maxSize) {
    ArrayNode array = array(name, maxSize);
    List<String> items = new ArrayList<>();
    for (JsonNode item : array) {
      if (!item.isObject()) {
        throw invalid(name, "must be a list of objects");
      }
      items.add(item.toString());
    }
    return items;
  }

  /** A list of names of constants, each at most once. */
  public <E extends Enum<E>> Set<E> constants(String name, Class<E> type) {
    ArrayNode array = array(name, type.getEnumConstants().length);
    Set<E> constants = java.util.EnumSet.noneOf(type);
    for (JsonNode item : array) {
      try {
        if (!item.isTextual() || !constants.add(Enum.valueOf(type, item.textValue()))) {
          throw invalid(name, "must name each at most once");
        }
      } catch (IllegalArgumentException e) {
        throw invalid(name, "must be of " + List.of(type.getEnumConstants()));
      }
    }
    return constants;
  }

  private ArrayNode array(String name, int maxSize) {
    if (!(required(name) instanceof ArrayNode array)) {
      throw invalid(name, "must be a list");
    }
    if (array.size() > maxSize) {
      throw invalid(name, "must have at most " + maxSize + " items");
    }
    return array;
  }

  /** Runs a constructor and names the field in what it refuses. */
  public <T> T judged(String name, java.util.function.Supplier<T> constructor) {
    asked.add(name);
    try {
      return constructor.get();
    } catch (IllegalArgumentException e) {
      throw invalid(name, String.valueOf(e.getMessage()));
    }
  }

  /** Runs a check of a part of a field, and names the part in what it refuses. */
  public void judged(String name, String part, Runnable check) {
    asked.add(name);
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      throw invalid(part, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Refuses the fields that nobody asked for.
   *
   * @throws ProblemException with {@code FIELD_UNKNOWN}
   */
  public void end() {
    for (var names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!asked.contains(name)) {
        // The name is the client's input: shortened, and printable, it may be shown to the client.
        String shown = name.length() > 40 ? name.substring(0, 40) + "…" : name;
        throw new ProblemException(
            ProblemDetails.field(Problem.FIELD_UNKNOWN, path + shown, "does not exist here"));
      }
    }
  }

  /** The problem of this field. */
  public ProblemException invalid(String name, String detail) {
    return problem(path + name, detail);
  }

  private static ProblemException problem(String at, String detail) {
    return new ProblemException(ProblemDetails.field(Problem.FIELD_INVALID, at, detail));
  }

  private boolean absent(String name) {
    asked.add(name);
    return !object.has(name);
  }

  private JsonNode required(String name) {
    asked.add(name);
    JsonNode node = object.get(name);
    if (node == null) {
      throw invalid(name, "is missing");
    }
    return node;
  }
}
