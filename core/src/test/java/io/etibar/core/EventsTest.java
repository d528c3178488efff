package io.etibar.core;

import static io.etibar.core.testing.Samples.ACTION;
import static io.etibar.core.testing.Samples.AGENCY;
import static io.etibar.core.testing.Samples.BANK;
import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BILL;
import static io.etibar.core.testing.Samples.BUDGET;
import static io.etibar.core.testing.Samples.NOW;
import static io.etibar.core.testing.Samples.OPERATOR;
import static io.etibar.core.testing.Samples.PAYMENT;
import static io.etibar.core.testing.Samples.PAY_AD_HOC;
import static io.etibar.core.testing.Samples.PAY_BILL;
import static io.etibar.core.testing.Samples.RETURN;
import static io.etibar.core.testing.Samples.TERMS;
import static io.etibar.core.testing.Samples.WATER;
import static io.etibar.core.testing.Samples.azn;
import static io.etibar.core.testing.Samples.content;
import static io.etibar.core.testing.Samples.sealedContent;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.serialization.SerializationExtension;
import akka.serialization.SerializerWithStringManifest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.etibar.core.bill.Bill;
import io.etibar.core.biller.AmountRule;
import io.etibar.core.biller.Biller;
import io.etibar.core.participant.Action;
import io.etibar.core.participant.Participant;
import io.etibar.core.participant.Role;
import io.etibar.core.payment.Payment;
import io.etibar.core.payment.ReturnReason;
import io.etibar.core.testing.SealedTypes;
import io.etibar.core.testing.Systems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A stored event is a contract. Each file under {@code events/} is one version of one event, byte
 * for byte as the journal holds it, named {@code Entity.Event[.variant].vN.json}. A file is never
 * changed: another form gets another version, and the older ones stay readable.
 */
class EventsTest {

  /** The present form of each event: file → event. */
  private static final Map<String, JournalEvent> PRESENT = present();

  private static ActorTestKit testKit;

  @BeforeAll
  static void start() {
    testKit = Systems.start();
  }

  @AfterAll
  static void stop() {
    testKit.shutdownTestKit();
  }

  private static Map<String, JournalEvent> present() {
    var noMaximum =
        new Participant.Profile(
            "Tax service", Role.AGENCY, List.of(), new Participant.Limits(10, null));
    Map<String, JournalEvent> events = new LinkedHashMap<>();
    events.put("Participant.Registered.v1", new Participant.Registered(BANK_A, BANK, ACTION, NOW));
    events.put(
        "Participant.Registered.least.v1",
        new Participant.Registered(AGENCY, noMaximum, new Action(OPERATOR, null), NOW));
    events.put("Participant.Amended.v1", new Participant.Amended(BANK_A, BANK, ACTION, NOW));
    events.put("Participant.Suspended.v1", new Participant.Suspended(BANK_A, ACTION, NOW));
    events.put("Participant.Restored.v1", new Participant.Restored(BANK_A, ACTION, NOW));

    events.put("Biller.Registered.v1", new Biller.Registered(WATER, TERMS, ACTION, NOW));
    events.put("Biller.Amended.v1", new Biller.Amended(WATER, TERMS, ACTION, NOW));
    events.put("Biller.Suspended.v1", new Biller.Suspended(WATER, ACTION, NOW));
    events.put("Biller.Restored.v1", new Biller.Restored(WATER, ACTION, NOW));

    String payment = PAYMENT.value();
    events.put("Bill.BillPublished.v1", new Bill.BillPublished(BILL, sealedContent(), NOW));
    events.put(
        "Bill.BillPublished.least.v1",
        new Bill.BillPublished(BILL, content(AmountRule.EXACT), NOW));
    events.put("Bill.BillChanged.v1", new Bill.BillChanged(BILL, sealedContent(), NOW));
    events.put("Bill.BillWithdrawn.v1", new Bill.BillWithdrawn(BILL, AGENCY, NOW));
    events.put("Bill.Reserved.v1", new Bill.Reserved(BILL, payment, BANK_A, azn(1250), NOW));
    events.put("Bill.Settled.v1", new Bill.Settled(BILL, payment, NOW));
    events.put("Bill.Released.v1", new Bill.Released(BILL, payment, NOW));
    events.put("Bill.Returned.v1", new Bill.Returned(BILL, payment, RETURN.value(), azn(5), NOW));

    events.put(
        "Payment.PaymentCommitted.v1",
        new Payment.PaymentCommitted(PAYMENT, PAY_BILL, BUDGET, NOW));
    events.put(
        "Payment.PaymentCommitted.adHoc.v1",
        new Payment.PaymentCommitted(PAYMENT, PAY_AD_HOC, BUDGET, NOW));
    events.put(
        "Payment.PaymentRejected.v1",
        new Payment.PaymentRejected(
            PAYMENT, PAY_BILL, Refusal.amount(Rejection.AMOUNT_RULE, azn(1), azn(1000)), NOW));
    events.put(
        "Payment.PaymentRejected.least.v1",
        new Payment.PaymentRejected(PAYMENT, PAY_BILL, Refusal.of(Rejection.BILL_PAID), NOW));
    events.put("Payment.PaymentAborted.v1", new Payment.PaymentAborted(PAYMENT, BILL, BANK_A, NOW));
    events.put(
        "Payment.PaymentReturned.v1",
        new Payment.PaymentReturned(
            PAYMENT, RETURN, azn(250), ReturnReason.WRONG_AMOUNT, AGENCY, BILL, NOW));
    events.put(
        "Payment.PaymentReturned.adHoc.v1",
        new Payment.PaymentReturned(
            PAYMENT, RETURN, azn(250), ReturnReason.CUSTOMER_REQUEST, AGENCY, null, NOW));
    return events;
  }

  /** What versions that are no longer written read as: file → event. None so far. */
  private static Map<String, JournalEvent> past() {
    return Map.of();
  }

  @Test
  void everyEventHasAGoldenFile() {
    Set<String> present =
        PRESENT.values().stream()
            .map(event -> SealedTypes.nameOf(event.getClass()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        SealedTypes.recordsOf(
            Participant.Event.class, Biller.Event.class, Bill.Event.class, Payment.Event.class),
        present);
  }

  @Test
  void noGoldenFileIsWithoutAnEvent() throws Exception {
    Path directory =
        Path.of(Objects.requireNonNull(EventsTest.class.getResource("/events")).toURI());
    Set<String> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files =
          listed
              .map(file -> file.getFileName().toString().replaceFirst("\\.json$", ""))
              .collect(Collectors.toCollection(TreeSet::new));
    }
    Set<String> expected = new TreeSet<>(PRESENT.keySet());
    expected.addAll(past().keySet());
    assertEquals(expected, files);
  }

  @TestFactory
  Stream<DynamicTest> anEventIsStoredAsItsGoldenFileSays() {
    return PRESENT.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> assertEquals(golden(entry.getKey()), write(entry.getValue()))));
  }

  @TestFactory
  Stream<DynamicTest> everyVersionIsRead() {
    Map<String, JournalEvent> all = new LinkedHashMap<>(PRESENT);
    all.putAll(past());
    return all.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        assertEquals(
                            entry.getValue(), read(golden(entry.getKey()), entry.getValue()))));
  }

  /** The class name is a part of what is stored: no event can be renamed or moved. */
  @Test
  void theManifestIsTheClass() {
    PRESENT.forEach(
        (file, event) -> {
          String entity = file.substring(0, file.indexOf('.'));
          String name = file.replaceFirst("^\\w+\\.(\\w+)\\..*$", "$1");
          String feature = entity.toLowerCase(Locale.ROOT);
          assertEquals(
              "io.etibar.core." + feature + "." + entity + "$" + name,
              serializer(event).manifest(event));
        });
  }

  /**
   * A field that is missing was renamed, not forgotten: it fails instead of reading as 0 or null.
   */
  @TestFactory
  Stream<DynamicTest> noFieldMayBeMissing() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<DynamicTest> tests = new ArrayList<>();
    for (var entry : PRESENT.entrySet()) {
      for (String pointer : fieldsOf(mapper.readTree(golden(entry.getKey())), "")) {
        // The keys of a payment's references are the biller's, not fields of ours.
        if (!pointer.startsWith("/instruction/references/")) {
          ObjectNode json = (ObjectNode) mapper.readTree(golden(entry.getKey()));
          int last = pointer.lastIndexOf('/');
          JsonNode removed =
              ((ObjectNode) json.at(pointer.substring(0, last)))
                  .remove(pointer.substring(last + 1));
          assertNotNull(removed);
          tests.add(
              DynamicTest.dynamicTest(
                  entry.getKey() + " without " + pointer,
                  () ->
                      assertThrows(
                          Exception.class, () -> read(json.toString(), entry.getValue()))));
        }
      }
    }
    return tests.stream();
  }

  @Test
  void aNumberIsNeverNull() {
    JournalEvent event = PRESENT.get("Bill.Reserved.v1");
    String json = golden("Bill.Reserved.v1").replace("\"minor\":1250", "\"minor\":null");
    assertThrows(Exception.class, () -> read(json, event));
  }

  /** What a later release adds is no trouble for this one, while both run. */
  @Test
  void aFieldMoreIsIgnored() throws Exception {
    JournalEvent event = PRESENT.get("Bill.Settled.v1");
    String json = golden("Bill.Settled.v1").replaceFirst("\\{", "{\"later\":1,");
    assertEquals(event, read(json, event));
  }

  private static List<String> fieldsOf(JsonNode node, String pointer) {
    List<String> fields = new ArrayList<>();
    if (node.isObject()) {
      node.properties()
          .forEach(
              field -> {
                fields.add(pointer + "/" + field.getKey());
                fields.addAll(fieldsOf(field.getValue(), pointer + "/" + field.getKey()));
              });
    }
    for (int i = 0; i < (node.isArray() ? node.size() : 0); i++) {
      fields.addAll(fieldsOf(node.get(i), pointer + "/" + i));
    }
    return fields;
  }

  private static String write(JournalEvent event) {
    return new String(serializer(event).toBinary(event), StandardCharsets.UTF_8);
  }

  private static Object read(String json, JournalEvent as) throws Exception {
    SerializerWithStringManifest serializer = serializer(as);
    return serializer.fromBinary(json.getBytes(StandardCharsets.UTF_8), serializer.manifest(as));
  }

  private static SerializerWithStringManifest serializer(JournalEvent event) {
    return assertInstanceOf(
        SerializerWithStringManifest.class,
        SerializationExtension.get(testKit.system()).findSerializerFor(event));
  }

  private static String golden(String file) {
    try (InputStream in = EventsTest.class.getResourceAsStream("/events/" + file + ".json")) {
      assertTrue(in != null, "there is no golden file " + file);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
