package io.etibar.http.biller;

import com.fasterxml.jackson.core.JsonGenerator;
import io.etibar.core.biller.Biller;
import io.etibar.core.biller.Channel;
import io.etibar.core.biller.ReferenceField;
import io.etibar.core.biller.ReferencePattern;
import io.etibar.core.biller.Terms;
import io.etibar.http.json.Json;
import java.io.IOException;

/** Billers as JSON. */
final class BillerJson {

  private BillerJson() {}

  static Json.Writer biller(Biller.View biller) {
    return json -> {
      Terms terms = biller.terms();
      json.writeStartObject();
      json.writeStringField("id", biller.id().value());
      json.writeStringField("name", terms.name());
      json.writeStringField("owner", terms.owner().value());
      json.writeStringField("category", terms.category());
      json.writeStringField("currency", terms.currency().getCurrencyCode());
      json.writeStringField("amountRule", terms.amountRule().name());
      json.writeNumberField("graceDays", terms.graceDays());
      writePattern(json, "billReference", terms.billReference());
      json.writeBooleanField("adHoc", terms.adHoc());
      json.writeArrayFieldStart("references");
      for (ReferenceField field : terms.references()) {
        json.writeStartObject();
        json.writeStringField("name", field.name());
        writePattern(json, "pattern", field.pattern());
        json.writeBooleanField("required", field.required());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeObjectFieldStart("budget");
      json.writeStringField("classification", terms.budget().classification());
      json.writeStringField("account", terms.budget().account());
      json.writeEndObject();
      json.writeArrayFieldStart("channels");
      for (Channel channel : terms.channels()) {
        json.writeString(channel.name());
      }
      json.writeEndArray();
      json.writeStringField("status", biller.status().name());
      json.writeEndObject();
    };
  }

  private static void writePattern(JsonGenerator json, String name, ReferencePattern pattern)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("kind", pattern.kind().name());
    json.writeNumberField("minLength", pattern.minLength());
    json.writeNumberField("maxLength", pattern.maxLength());
    json.writeEndObject();
  }
}
