package io.etibar.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Notes, checkpoints and proofs on their own, in the forms of C2SP. */
class SignedNoteTest {
  /** The example of the package that the form comes from, golang.org/x/mod/sumdb/note. */
  private static final String PETER =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final String NOTE =
      """
      If you think cryptography is the answer to your problem,
      then you don't know what your problem is.

      \u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
      """;

  private static final String ORIGIN = "etibar.example/log";

  private final KeyPair keys = generate();
  private final NoteVerifier log = NoteVerifier.of(ORIGIN, keys.getPublic());

  private static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private SignedNote signed(String text) {
    return SignedNote.sign(text, log, keys.getPrivate());
  }

  @Test
  void aNoteThatSomeoneElseSigned() {
    var note = SignedNote.parse(NOTE);
    assertEquals(NOTE, note.toString());
    assertTrue(note.isSignedBy(NoteVerifier.parse(PETER)));
    assertEquals(PETER, NoteVerifier.parse(PETER).toString());
    assertFalse(note.isSignedBy(log));
    assertFalse(
        SignedNote.parse(NOTE.replace("know", "knew")).isSignedBy(NoteVerifier.parse(PETER)));
  }

  @Test
  void whatIsSignedIsVerifiedAndNothingElse() {
    SignedNote note = signed("a\n\nb\n");
    assertEquals(note, SignedNote.parse(note.toString()));
    assertTrue(note.isSignedBy(log));
    assertTrue(note.isSignedBy(NoteVerifier.parse(log.toString())));
    assertFalse(note.isSignedBy(NoteVerifier.of("another", keys.getPublic())));
    assertFalse(note.isSignedBy(NoteVerifier.of(ORIGIN, generate().getPublic())));
    assertFalse(new SignedNote("a\n\nc\n", note.signatures()).isSignedBy(log));
  }

  @Test
  void signaturesOfOthersAreLeftAlone() {
    SignedNote note = signed("text\n");
    var stranger = new SignedNote.Line("witness.example", "AAAAAAAA");
    var line = note.signatures().getFirst();
    assertTrue(new SignedNote("text\n", List.of(stranger, line)).isSignedBy(log));
    assertFalse(new SignedNote("text\n", List.of(stranger)).isSignedBy(log));
    assertFalse(new SignedNote("text\n", List.of(line, line)).isSignedBy(log));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text\n",
        "text\n\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n\u2014 name\n",
        "text\n\n\u2014  AAAAAAAA\n",
        "text\n\n\u2014 name AAAA\n",
        "text\n\n\u2014 name ****\n",
        "text\n\n\u2014 name AAAAAAAA more\n",
        "text\n\n\u2014 name AAAAAAAA",
        "te\u0001xt\n\n\u2014 name AAAAAAAA\n"
      })
  void whatIsNoNoteIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> SignedNote.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "name+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcZ2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2Qc=",
        "PeterNeumann+c74f20a3+***"
      })
  void whatIsNoKeyIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> NoteVerifier.parse(text));
  }

  @Test
  void aCheckpointHasThreeLines() {
    var head = new Checkpoint(ORIGIN, 1, Hash.ofLeaf(new byte[0]));
    assertEquals(
        "etibar.example/log\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n", head.text());
    assertEquals(head, Checkpoint.parse(head.text()));
    assertEquals(0, Checkpoint.parse(new Checkpoint(ORIGIN, 0, Hash.ofNothing()).text()).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "o\n1\n",
        "o\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=",
        "o\n01\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n",
        "o\n-1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n",
        "o\n9999999999999999999\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n",
        "o\n0\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n",
        "o\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1=\n",
        "o\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0\n",
        "o\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhev\n",
        "o\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\nmore\n",
        "\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n",
        "o p\n1\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n"
      })
  void whatIsNoCheckpointIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Checkpoint.parse(text));
  }

  @Test
  void aProofOnItsOwn() {
    Hash first = Hash.ofLeaf(new byte[] {1});
    Hash second = Hash.ofLeaf(new byte[] {2});
    var head = new Checkpoint(ORIGIN, 2, Hash.ofNode(first, second));
    var proof = new LogProof(Optional.of("c2FsdA=="), 1, List.of(first), signed(head.text()));
    assertTrue(
        proof
            .toString()
            .startsWith(
                "c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 1\n"
                    + first.toBase64()
                    + "\n\netibar.example/log\n2\n"));
    assertEquals(proof, LogProof.parse(proof.toString()));
    assertTrue(proof.verify(second, log));
    assertFalse(proof.verify(first, log));
    assertFalse(proof.verify(second, NoteVerifier.of(ORIGIN, generate().getPublic())));
    assertFalse(
        new LogProof(Optional.empty(), 0, List.of(first), proof.checkpoint()).verify(second, log));
    assertFalse(
        new LogProof(Optional.empty(), 2, List.of(first), proof.checkpoint()).verify(second, log));
    assertFalse(
        new LogProof(Optional.empty(), 1, List.of(first), signed("no head\n")).verify(second, log));
    // Signed by the key, but as the head of another log.
    var other = new Checkpoint("another", 2, Hash.ofNode(first, second));
    assertFalse(
        new LogProof(Optional.empty(), 1, List.of(first), signed(other.text()))
            .verify(second, log));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\n\no\n",
        "c2sp.org/tlog-proof@v2\nindex 1\n\no\n\n\u2014 o AAAAAAAA\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\no\n\n\u2014 o AAAAAAAA\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\no\n\n\u2014 o AAAAAAAA\n",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\no\n\n\u2014 o AAAAAAAA\n",
        "c2sp.org/tlog-proof@v1\nextra ***\nindex 1\n\no\n\n\u2014 o AAAAAAAA\n",
        "c2sp.org/tlog-proof@v1\nextra AAAA\n\no\n\n\u2014 o AAAAAAAA\n"
      })
  void whatIsNoProofIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> LogProof.parse(text));
  }

  @Test
  void aCommitmentIsOverAllPartsOfAnEventAndTheSalt() {
    byte[] salt = new byte[Commitment.SALT_LENGTH];
    var event = new Commitment.Event("Payment|pay_1", 1, "PaymentCommitted", new byte[] {1, 2});
    Hash commitment = Commitment.of(salt, event);
    // printf 'etibar/leaf/v1\n' and so on, piped through sha256sum.
    assertEquals(COMMITMENT, commitment.toString());
    assertEquals(Hash.ofLeaf(HexFormat.of().parseHex(COMMITMENT)), Commitment.leaf(commitment));
    byte[] another = salt.clone();
    another[31] = 1;
    List<Hash> others =
        List.of(
            Commitment.of(another, event),
            Commitment.of(
                salt,
                new Commitment.Event("Payment|pay_", 1, "1PaymentCommitted", new byte[] {1, 2})),
            Commitment.of(
                salt,
                new Commitment.Event("Payment|pay_1", 2, "PaymentCommitted", new byte[] {1, 2})),
            Commitment.of(
                salt,
                new Commitment.Event("Payment|pay_1", 1, "PaymentRejected", new byte[] {1, 2})),
            Commitment.of(
                salt,
                new Commitment.Event("Payment|pay_1", 1, "PaymentCommitted", new byte[] {1})));
    assertEquals(others.size(), Set.copyOf(others).size());
    assertFalse(others.contains(commitment));
    assertFails("32", () -> Commitment.of(new byte[16], event));
  }

  private static final String COMMITMENT =
      "49ddd57030d66acf2d6758c5ec50e39c1497ffe4b6dcb6b003fe6ba984ea924b";

  private static void assertFails(String message, Executable executable) {
    String said = assertThrows(IllegalArgumentException.class, executable).getMessage();
    assertTrue(said.contains(message), said);
  }
}
