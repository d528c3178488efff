package io.etibar.http.payment;

import com.fasterxml.jackson.core.JsonGenerator;
import io.etibar.core.Refusal;
import io.etibar.core.Rejection;
import io.etibar.core.bill.BillReference;
import io.etibar.core.biller.BillerId;
import io.etibar.core.biller.Channel;
import io.etibar.core.money.Money;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.Instruction;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.PaymentHistory;
import io.etibar.core.payment.PaymentId;
import io.etibar.http.json.Fields;
import io.etibar.http.json.Json;
import io.etibar.http.problem.ProblemDetails;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Payments and returns as JSON. */
final class PaymentJson {
  private static final int MAX_REFERENCES = 10;
  private static final int MAX_REFERENCE_LENGTH = 35;

  private PaymentJson() {}

  static Instruction instruction(Fields fields, ParticipantId participant) {
    BillerId biller = fields.value("biller", BillerId::new);
    BillReference bill = null;
    Map<String, String> references = Map.of();
    if (fields.has("references")) {
      if (fields.has("bill")) {
        throw fields.invalid("references", "is for payments without a bill");
      }
      references = fields.texts("references", MAX_REFERENCES, MAX_REFERENCE_LENGTH);
    } else {
      bill = fields.value("bill", BillReference::new);
    }
    Money amount = fields.amount("amount");
    Channel channel = fields.constant("channel", Channel.class);
    return new Instruction(participant, biller, bill, references, amount, channel);
  }

  static Json.Writer payment(Payment.Receipt receipt) {
    return json -> {
      json.writeStartObject();
      writeReceipt(json, receipt);
      json.writeEndObject();
    };
  }

  static Json.Writer entry(PaymentHistory.Entry entry) {
    return json -> {
      json.writeStartObject();
      writeReceipt(json, entry.receipt());
      Json.writeMoney(json, "returned", entry.returned());
      json.writeEndObject();
    };
  }

  static Json.Writer details(Payment.Found found) {
    return json -> {
      json.writeStartObject();
      if (found.receipt() != null) {
        writeReceipt(json, found.receipt());
        writeReturns(json, found, found.receipt().instruction().amount());
      } else {
        writeRefused(json, found.id(), found.instruction(), found.refusal());
      }
      json.writeEndObject();
    };
  }

  private static void writeReceipt(JsonGenerator json, Payment.Receipt receipt) throws IOException {
    json.writeStringField("id", receipt.id().value());
    json.writeStringField("status", "COMMITTED");
    writeInstruction(json, receipt.instruction());
    json.writeStringField("committedAt", receipt.committedAt().toString());
    json.writeObjectFieldStart("budget");
    json.writeStringField("classification", receipt.budget().classification());
    json.writeStringField("account", receipt.budget().account());
    json.writeEndObject();
  }

  private static void writeInstruction(JsonGenerator json, Instruction instruction)
      throws IOException {
    json.writeStringField("biller", instruction.biller().value());
    if (instruction.bill() != null) {
      json.writeStringField("bill", instruction.bill().value());
    } else {
      json.writeObjectFieldStart("references");
      for (Map.Entry<String, String> reference : instruction.references().entrySet()) {
        json.writeStringField(reference.getKey(), reference.getValue());
      }
      json.writeEndObject();
    }
    Json.writeMoney(json, "amount", instruction.amount());
    json.writeStringField("channel", instruction.channel().name());
  }

  private static void writeReturns(JsonGenerator json, Payment.Found found, Money paid)
      throws IOException {
    Money returned =
        found.returns().stream()
            .map(Payment.Return::amount)
            .reduce(Money.zero(paid.currency()), Money::plus);
    Json.writeMoney(json, "returned", returned);
    json.writeArrayFieldStart("returns");
    for (Payment.Return given : found.returns()) {
      given(found.id(), given).write(json);
    }
    json.writeEndArray();
  }

  private static void writeRefused(
      JsonGenerator json,
      PaymentId id,
      @Nullable Instruction instruction,
      @Nullable Refusal refusal)
      throws IOException {
    boolean aborted = refusal != null && refusal.rejection() == Rejection.PAYMENT_ABORTED;
    json.writeStringField("id", id.value());
    json.writeStringField("status", aborted ? "ABORTED" : "REJECTED");
    if (instruction != null) {
      writeInstruction(json, instruction);
    }
    if (refusal != null) {
      json.writeFieldName("problem");
      Json.writeProblem(json, ProblemDetails.of(refusal));
    }
  }

  static Json.Writer given(PaymentId payment, Payment.Return given) {
    return json -> {
      json.writeStartObject();
      json.writeStringField("id", given.id().value());
      json.writeStringField("payment", payment.value());
      Json.writeMoney(json, "amount", given.amount());
      json.writeStringField("reason", given.reason().name());
      json.writeStringField("returnedAt", given.returnedAt().toString());
      json.writeEndObject();
    };
  }
}
