package io.etibar.http.bill;

import io.etibar.core.bill.Bill;
import io.etibar.core.bill.BillReference;
import io.etibar.core.money.Money;
import io.etibar.http.json.Fields;
import io.etibar.http.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Bills as JSON. */
final class BillJson {
  private static final int MAX_WORDS = 140;

  /** What is sealed of a bill. */
  record Details(@Nullable String description, @Nullable String payer) {
    static final Details NONE = new Details(null, null);

    boolean isEmpty() {
      return description == null && payer == null;
    }

    /** The text that is sealed: always the same for the same details. */
    String text() {
      return new String(
          Json.bytes(
              json -> {
                json.writeStartObject();
                if (description != null) {
                  json.writeStringField("description", description);
                }
                if (payer != null) {
                  json.writeStringField("payer", payer);
                }
                json.writeEndObject();
              }),
          StandardCharsets.UTF_8);
    }

    /** Reads what {@link #text} gave. */
    static Details of(String text) {
      return of(Json.read(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Details of(Fields fields) {
      return new Details(
          fields.optionalWords("description", MAX_WORDS).orElse(null),
          fields.optionalWords("payer", MAX_WORDS).orElse(null));
    }
  }

  /**
   * A bill as its biller sends it.
   *
   * @param reference named in a line of a stream, and in the path otherwise
   */
  record Sent(BillReference reference, Money amount, LocalDate due, Details details) {}

  private BillJson() {}

  static Sent line(Fields fields) {
    return sent(fields, fields.value("reference", BillReference::new));
  }

  static Sent sent(Fields fields, BillReference reference) {
    return new Sent(reference, fields.amount("amount"), fields.date("due"), Details.of(fields));
  }

  static Json.Writer bill(Bill.View bill, Details details) {
    return json -> {
      json.writeStartObject();
      json.writeStringField("biller", bill.id().biller().value());
      json.writeStringField("reference", bill.id().reference().value());
      json.writeStringField("status", bill.status().name());
      Json.writeMoney(json, "amount", bill.content().amount());
      Json.writeMoney(json, "paid", bill.collected());
      json.writeStringField("due", bill.content().due().toString());
      if (bill.min() != null && bill.max() != null) {
        json.writeObjectFieldStart("acceptable");
        Json.writeMoney(json, "min", bill.min());
        Json.writeMoney(json, "max", bill.max());
        json.writeEndObject();
      }
      if (details.description() != null) {
        json.writeStringField("description", details.description());
      }
      if (details.payer() != null) {
        json.writeStringField("payer", details.payer());
      }
      json.writeEndObject();
    };
  }
}
