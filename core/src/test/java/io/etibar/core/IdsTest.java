package io.etibar.core;

import static io.etibar.core.testing.Samples.BANK_A;
import static io.etibar.core.testing.Samples.BILL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.etibar.core.bill.BillId;
import io.etibar.core.bill.BillReference;
import io.etibar.core.biller.BillerId;
import io.etibar.core.participant.ParticipantId;
import io.etibar.core.payment.IdempotencyKey;
import io.etibar.core.payment.PaymentId;
import io.etibar.core.payment.ReturnId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of names, and how the ids of payments and returns are derived. */
class IdsTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "bank-a", "a--b", "traffic-fines", "2gis"})
  void aNameIsLowerCase(String name) {
    assertEquals(name, new ParticipantId(name).toString());
    assertEquals(name, new BillerId(name).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "-a", "a-", "A", "bank_a", "bank a", "bank|a", "bank:a", "bank/a", "bank.a", "ə",
        "a\n", "\0"
      })
  void noOtherNameIsTaken(String name) {
    assertThrows(IllegalArgumentException.class, () -> new ParticipantId(name));
    assertThrows(IllegalArgumentException.class, () -> new BillerId(name));
  }

  @Test
  void aNameHasAtMostFortyCharacters() {
    assertEquals(40, new ParticipantId("a".repeat(40)).value().length());
    assertEquals(40, new BillerId("a".repeat(40)).value().length());
    assertThrows(IllegalArgumentException.class, () -> new ParticipantId("a".repeat(41)));
    assertThrows(IllegalArgumentException.class, () -> new BillerId("a".repeat(41)));
  }

  @Test
  void namesAreOrderedByTheirText() {
    assertTrue(new BillerId("gas").compareTo(new BillerId("water")) < 0);
    assertTrue(new ParticipantId("bank-a").compareTo(new ParticipantId("bank-b")) < 0);
    assertTrue(new BillReference("1").compareTo(new BillReference("2")) < 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "20045678", "AZ-2026-17", "a", "A1b2"})
  void aBillsReferenceIsAsOnThePaper(String reference) {
    assertEquals(reference, new BillReference(reference).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "-1",
        "1-",
        "1 2",
        "1/2",
        "1:2",
        "1|2",
        "..",
        "%2F",
        "ə",
        "1\n",
        "123456789012345678901234567890123456"
      })
  void noOtherReferenceIsTaken(String reference) {
    assertThrows(IllegalArgumentException.class, () -> new BillReference(reference));
  }

  @Test
  void aBillIsFoundByItsEntityId() {
    assertEquals("water:20045678", BILL.entityId());
    assertEquals(BILL, BillId.fromEntityId("water:20045678"));
    assertEquals("bill/water/20045678", BILL.subject());
  }

  @Property(seed = "1", tries = 300)
  void everyBillIsFoundByItsEntityId(
      @ForAll("names") String biller, @ForAll("references") String reference) {
    BillId id = new BillId(new BillerId(biller), new BillReference(reference));
    assertEquals(id, BillId.fromEntityId(id.entityId()));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .withChars("abcxyz0189-")
        .ofMinLength(1)
        .ofMaxLength(40)
        .filter(name -> !name.startsWith("-") && !name.endsWith("-"));
  }

  @Provide
  Arbitrary<String> references() {
    return Arbitraries.strings()
        .withChars("abzABZ019-")
        .ofMinLength(1)
        .ofMaxLength(35)
        .filter(name -> !name.startsWith("-") && !name.endsWith("-"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "water", "water:", ":1", "water:1:2", "Water:1", "water:a b", "a|b:1"})
  void noOtherEntityIdIsABill(String entityId) {
    assertThrows(IllegalArgumentException.class, () -> BillId.fromEntityId(entityId));
  }

  @Test
  void aKeyIsPrintable() {
    assertEquals("~!\"{}", new IdempotencyKey("~!\"{}").value());
    assertEquals(255, new IdempotencyKey("k".repeat(255)).value().length());
    for (String key :
        List.of("", " ", "a b", "a\tb", "a\n", "ə", "\0", "\u007f", "k".repeat(256))) {
      assertThrows(IllegalArgumentException.class, () -> new IdempotencyKey(key));
    }
  }

  /** Fixed for ever: a retry in ten years finds the payment of today. */
  @ParameterizedTest
  @CsvSource({
    "bank-a, key-1,                                pay_4yq5retshhxy1h36a7e7bfgr0s",
    "bank-b, key-1,                                pay_4jygk1pqt63wqfspmeky8p1jvk",
    "bank-a, 8e03978e-40d5-43e8-bc93-6894a57f9324, pay_2gs59qgjzbf3ppz1fxxb2jc6kv",
    "a,      k,                                    pay_4t59vtzc6n1hv4ckm55wjgy5ws",
  })
  void aPaymentIsNamedByWhoAskedAndWithWhichKey(String bank, String key, String id) {
    assertEquals(id, PaymentId.of(new ParticipantId(bank), new IdempotencyKey(key)).value());
  }

  @Test
  void aReturnIsNamedByItsPaymentAndKey() {
    PaymentId payment = PaymentId.of(BANK_A, new IdempotencyKey("key-1"));
    assertEquals(
        "ret_1wma72v12fyxewykab5awa0dm6",
        ReturnId.of(payment, new IdempotencyKey("return-1")).value());
  }

  /** The first 128 bits of SHA-256, by other means than the code's own. */
  @Property(seed = "2", tries = 300)
  void anIdIsTheBeginningOfADigest(
      @ForAll("names") String bank,
      @ForAll @CharRange(from = '!', to = '~') @StringLength(min = 1, max = 255) String key)
      throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest((bank + "\0" + key).getBytes(StandardCharsets.US_ASCII));
    BigInteger number = new BigInteger(1, java.util.Arrays.copyOf(digest, 16));
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 26; i++) {
      BigInteger[] parts = number.divideAndRemainder(BigInteger.valueOf(32));
      expected.insert(0, "0123456789abcdefghjkmnpqrstvwxyz".charAt(parts[1].intValue()));
      number = parts[0];
    }
    PaymentId id = PaymentId.of(new ParticipantId(bank), new IdempotencyKey(key));
    assertEquals("pay_" + expected, id.value());
    assertEquals(id, new PaymentId(id.value()));
  }

  /** The border between participant and key counts: no two pairs run into one. */
  @Test
  void whoAskedAndTheKeyAreApart() {
    assertNotEquals(
        PaymentId.of(new ParticipantId("a"), new IdempotencyKey("bc")),
        PaymentId.of(new ParticipantId("ab"), new IdempotencyKey("c")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pay_",
        "4yq5retshhxy1h36a7e7bfgr0s",
        "pay_4yq5retshhxy1h36a7e7bfgr0",
        "pay_4yq5retshhxy1h36a7e7bfgr0ss",
        "pay_4YQ5retshhxy1h36a7e7bfgr0s",
        "pay_iyq5retshhxy1h36a7e7bfgr0s",
        "pay_lyq5retshhxy1h36a7e7bfgr0s",
        "pay_oyq5retshhxy1h36a7e7bfgr0s",
        "pay_uyq5retshhxy1h36a7e7bfgr0s",
        "pay_4yq5retshhxy1h36a7e7bfgr0s\n",
        "PAY_4yq5retshhxy1h36a7e7bfgr0s",
        "xxx_4yq5retshhxy1h36a7e7bfgr0s",
      })
  void noOtherIdIsTaken(String id) {
    assertThrows(IllegalArgumentException.class, () -> new PaymentId(id));
    assertThrows(
        IllegalArgumentException.class, () -> new ReturnId(id.replaceFirst("^pay_", "ret_")));
  }
}
